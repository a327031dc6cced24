package dev.reprise.testkit.simulation;

import dev.reprise.OperationPolicy;
import dev.reprise.OperationPolicy.StoreFailure;
import dev.reprise.OperationPolicy.Uncertain;
import dev.reprise.testkit.simulation.Disturbance.Crash;
import dev.reprise.testkit.simulation.Disturbance.NoThreads;
import dev.reprise.testkit.simulation.Disturbance.NodeClockJump;
import dev.reprise.testkit.simulation.Disturbance.Operator;
import dev.reprise.testkit.simulation.Disturbance.Operator.Action;
import dev.reprise.testkit.simulation.Disturbance.Outage;
import dev.reprise.testkit.simulation.Disturbance.Pause;
import dev.reprise.testkit.simulation.Disturbance.StoreClockJump;
import dev.reprise.testkit.simulation.Simulation.Kind;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Draws a plan from a seed. What goes wrong comes in pairs and triples close together, because that is where mistakes are:
 * the second fault meets what deals with the first.
 */
final class Planner {
    private static final int CALLS_IN_REACH = 40;
    private static final Action[] OF_RECORDS = {Action.RELEASE, Action.RESOLVE, Action.PURGE};
    private static final Action[] OF_STEPS = {Action.RESUME, Action.PAUSE, Action.UNPAUSE, Action.ANSWER, Action.PURGE};

    private final SplittableRandom random;
    private final long seed;
    private final Kind kind;
    private final boolean transactional;

    private Planner(long seed, Kind kind) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.kind = kind;
        this.transactional = kind != Kind.LEASED;
    }

    static RunPlan plan(long seed, Kind kind) {
        return new Planner(seed, kind).plan();
    }

    private RunPlan plan() {
        RunRules settings = settings();
        int operations = 1 + (oneIn(3) ? 1 : 0);
        List<SimulatedCaller> requests = new ArrayList<>();
        int callers = 2 + random.nextInt(5);
        for (int i = 0; i < callers; i++) {
            requests.add(request(i, settings, operations));
        }
        List<Disturbance> disturbances = new ArrayList<>();
        TreeMap<Integer, CallFault> faults = new TreeMap<>();
        int clusters = random.nextInt(4);
        for (int i = 0; i < clusters; i++) {
            Duration moment = moment(requests.get(random.nextInt(callers)));
            cluster(moment, settings, operations, disturbances, faults);
        }
        PlannedSteps steps =
                kind == Kind.RESUMABLE ? new StepPlanner(random).plan(operations, settings.nodes()) : PlannedSteps.NONE;
        return new RunPlan(seed, settings, steps, requests, disturbances, faults);
    }

    private RunRules settings() {
        OperationPolicy policy = OperationPolicy.DEFAULT
                .withLease(RunRules.LEASE)
                .withMaxRunTime(RunRules.RUN_TIME)
                .withUncertain(oneIn(4) && !transactional ? Uncertain.RERUN : Uncertain.UNKNOWN)
                .withStoreFailure(oneIn(15) && !transactional ? StoreFailure.FAIL_OPEN : StoreFailure.FAIL_CLOSED)
                .withRetention(oneIn(8) ? Duration.ofSeconds(2) : Duration.ofHours(1))
                .withMaxWait(oneIn(3) ? Duration.ofMillis(200 + random.nextInt(3_000)) : Duration.ZERO);
        return new RunRules(1 + random.nextInt(3), oneIn(20) ? odd(policy) : policy, oneIn(6) && !transactional);
    }

    /** Durations that no clock can count are refused; should they be taken, they have to last. */
    private OperationPolicy odd(OperationPolicy policy) {
        Duration forEver = ChronoUnit.FOREVER.getDuration();
        try {
            return oneIn(2) ? policy.withLease(forEver) : policy.withRetention(forEver);
        } catch (IllegalArgumentException e) {
            return policy;
        }
    }

    private SimulatedCaller request(int number, RunRules settings, int operations) {
        List<Behaviour> behaviours = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Behaviour usual = oneIn(3) ? Behaviour.ANSWERS_SLOWLY : Behaviour.ANSWERS;
            Behaviour drawn = oneIn(2) ? any(Behaviour.values()) : usual;
            behaviours.add(transactional && drawn == Behaviour.WORKS_AND_HANGS ? usual : drawn);
        }
        return new SimulatedCaller(
                number,
                Duration.ofMillis(oneIn(3) ? random.nextInt(5_000) : random.nextInt(40)),
                random.nextInt(settings.nodes()),
                random.nextInt(operations),
                oneIn(8) ? "bob" : "alice",
                oneIn(8) ? "other" : "usual",
                1 + random.nextInt(4),
                Duration.ofMillis(20 + random.nextInt(oneIn(2) ? 100 : 2_000)),
                behaviours);
    }

    /** When it is most likely to matter: around the time when somebody asks. */
    private Duration moment(SimulatedCaller request) {
        return oneIn(3)
                ? Duration.ofMillis(random.nextInt(5_000))
                : request.at().plusMillis(random.nextInt(oneIn(2) ? 20 : 600));
    }

    /** One to three things that go wrong around the same moment. */
    private void cluster(
            Duration moment,
            RunRules settings,
            int operations,
            List<Disturbance> disturbances,
            Map<Integer, CallFault> faults) {
        int call = random.nextInt(kind == Kind.RESUMABLE ? 3 * CALLS_IN_REACH : CALLS_IN_REACH);
        int size = 1 + random.nextInt(3);
        for (int i = 0; i < size; i++) {
            if (oneIn(2)) {
                faults.put(call, any(CallFault.values()));
                call += 1 + random.nextInt(3);
            } else {
                Duration at = moment.plusMillis(random.nextInt(oneIn(2) ? 50 : 1_500));
                disturbances.add(disturbance(at, random.nextInt(settings.nodes()), operations));
            }
        }
    }

    private Disturbance disturbance(Duration at, int node, int operations) {
        // Operators have more to do where operations go on for long.
        return switch (random.nextInt(kind == Kind.RESUMABLE ? 12 : 9)) {
            case 0, 1 -> new Crash(at, node, Duration.ofMillis(random.nextInt(oneIn(2) ? 100 : 3_000)), oneIn(2));
            case 2 -> new Pause(at, node, Duration.ofMillis(300 + random.nextInt(3_000)));
            case 3, 9, 10, 11 ->
                new Operator(at, random.nextInt(operations), any(kind == Kind.RESUMABLE ? OF_STEPS : OF_RECORDS));
            case 4 -> new NoThreads(at, node, Duration.ofMillis(random.nextInt(2_000)));
            case 5, 6 -> new Outage(at, Duration.ofMillis(random.nextInt(1_000)), any(CallFault.values()));
            case 7 -> new StoreClockJump(at, Duration.ofMillis(random.nextInt(8_000) - 4_000));
            default -> new NodeClockJump(at, node, Duration.ofMillis(random.nextInt(5_000)));
        };
    }

    private boolean oneIn(int many) {
        return random.nextInt(many) == 0;
    }

    private <T> T any(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
