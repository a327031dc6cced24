package dev.reprise.testkit.simulation;

import dev.reprise.memory.MemoryStore;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.LongStream;

/** Runs the simulation where a fault is planted: loaded by {@link FaultyCode}, and called by a type that both know. */
public final class PlantedRun implements Function<String, String> {
    /** Loaded by name. */
    public PlantedRun() {}

    /**
     * Runs seeds until one fails: first the one that is known to, then from the first on.
     *
     * @param arguments the store, a seed that is known to fail or -1, the number of seeds, and words of the rule that is to
     *     be violated, separated by tabs
     * @return the seed, how many faults it takes and the violated rule, separated by tabs; nothing if none failed
     */
    @Override
    public String apply(String arguments) {
        String[] parts = arguments.split("\t", -1);
        Simulation simulation = switch (PlantedFault.Store.valueOf(parts[0])) {
            case MEMORY -> Simulation.of(MemoryStore::new);
            case TOKENS_BY_OPERATION -> Simulation.of(TokensByOperationStore::new);
            case ASYNC -> Simulation.async(MemoryStore::new);
            case TRANSACTIONS -> Simulation.transactional();
            case STEPS -> Simulation.resumable();
        };
        return LongStream.concat(LongStream.of(Long.parseLong(parts[1])), LongStream.range(0, Long.parseLong(parts[2])))
                .filter(seed -> seed >= 0)
                .mapToObj(simulation::run)
                .flatMap(Optional::stream)
                .filter(failure -> failure.rule().contains(parts[3]))
                .findFirst()
                .map(failure -> failure.seed() + "\t" + failure.faults() + "\t" + failure.rule())
                .orElse("");
    }
}
