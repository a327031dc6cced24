package dev.reprise.testkit.simulation;

import dev.reprise.spi.OperationStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Runs engines on a store through everything that can go wrong, many times, each time as one seed decides: nodes die,
 * stand still and come back under old names; calls of the store fail before or after they are applied, come late or
 * throw errors; clocks jump, operators interfere, handlers misbehave. At each step it checks what must never happen:
 *
 * <ul>
 *   <li>no operation has its effect twice, where that is promised
 *   <li>no owner changes what belongs to another one, and nothing changes a finished record
 *   <li>every answer that was given is given again, to the byte, and to nobody else
 *   <li>what was reported as not executed was not executed
 *   <li>when faults end, nothing stays in progress, and nothing is left over
 * </ul>
 *
 * <p>The same seed makes the same run. A failing run is reduced as far as possible, and reported as a story.
 *
 * <p>Immutable and thread-safe; each run is single-threaded at any moment.
 */
public final class Simulation {
    /** What is tried out, which decides what there is to plan. */
    enum Kind {
        LEASED,
        TRANSACTIONAL,
        RESUMABLE
    }

    private final Function<World, Guarantee> guarantees;
    private final Kind kind;

    private Simulation(Function<World, Guarantee> guarantees, Kind kind) {
        this.guarantees = guarantees;
        this.kind = kind;
    }

    /**
     * A simulation of the leased guarantee on a store.
     *
     * @param stores opens an empty store whose leases and retentions follow the given clock; closed after the run
     */
    public static Simulation of(Function<InstantSource, OperationStore> stores) {
        return new Simulation(world -> new LeasedGuarantee(world, stores.apply(world.clock()), false), Kind.LEASED);
    }

    /** The same with engines that are driven without blocking, on a store that tells when it is done. */
    public static Simulation async(Function<InstantSource, OperationStore> stores) {
        return new Simulation(world -> new LeasedGuarantee(world, stores.apply(world.clock()), true), Kind.LEASED);
    }

    /** A simulation of the transactional guarantee, on a database of its own whose commits are as uncertain as real ones. */
    public static Simulation transactional() {
        return new Simulation(TransactionalGuarantee::new, Kind.TRANSACTIONAL);
    }

    /**
     * A simulation of operations that are carried through in steps, on {@link dev.reprise.memory.MemoryDatabase} behind the same
     * uncertain commits.
     */
    public static Simulation resumable() {
        return new Simulation(ResumableGuarantee::new, Kind.RESUMABLE);
    }

    /** Runs one seed after the other, and ends with the first that fails. */
    public Optional<SimulationFailure> run(long firstSeed, long seeds) {
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            Optional<SimulationFailure> failure = run(seed);
            if (failure.isPresent()) {
                return failure;
            }
        }
        return Optional.empty();
    }

    /** Runs one seed. */
    public Optional<SimulationFailure> run(long seed) {
        RunPlan plan = Planner.plan(seed, kind);
        return verdict(plan, new Trace(false)).map(ignored -> SimulationFailure.of(plan, this::verdict));
    }

    /** The story of one seed, whether it fails or not. */
    public List<String> story(long seed) {
        Trace trace = new Trace(true);
        Optional<AssertionError> verdict = verdict(Planner.plan(seed, kind), trace);
        verdict.ifPresent(error -> trace.say(error::getMessage));
        return trace.lines();
    }

    private Optional<AssertionError> verdict(RunPlan plan, Trace trace) {
        World world = new World(plan, trace);
        try {
            new SimulationRun(world, guarantees.apply(world)).toItsEnd();
            return Optional.empty();
        } catch (AssertionError e) {
            return Optional.of(e);
        }
    }
}
