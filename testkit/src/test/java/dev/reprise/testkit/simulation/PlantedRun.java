package dev.reprise.testkit.simulation;

import dev.reprise.memory.MemoryStore;
import java.util.function.Function;

/** Runs the simulation where a fault is planted: loaded by {@link FaultyCode}, and called by a type that both know. */
public final class PlantedRun implements Function<String, String> {
    /** Loaded by name. */
    public PlantedRun() {}

    /**
     * Runs seeds until one fails.
     *
     * @param arguments the store and the number of seeds, separated by a blank
     * @return how many seeds it took and the violated rule, separated by a blank; nothing if none failed
     */
    @Override
    public String apply(String arguments) {
        String[] parts = arguments.split(" ", 2);
        Simulation simulation = switch (PlantedFault.Store.valueOf(parts[0])) {
            case MEMORY -> Simulation.of(MemoryStore::new);
            case TOKENS_BY_OPERATION -> Simulation.of(TokensByOperationStore::new);
            case TRANSACTIONS -> Simulation.transactional();
        };
        return simulation
                .run(0, Long.parseLong(parts[1]))
                .map(failure -> failure.seed() + 1 + " " + failure.rule())
                .orElse("");
    }
}
