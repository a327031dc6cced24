package dev.reprise.testkit.simulation;

import java.util.List;

/**
 * A fault that is put into the code to see whether the simulation finds it.
 *
 * @param name what is wrong with it
 * @param store on which store it shows
 * @param seed the first that fails with it, as of the last full search; -1 before one
 * @param rule words of the rule that it violates, if others are violated as well by what is planted along
 * @param edits what is changed
 */
record PlantedFault(String name, Store store, long seed, String rule, List<Edit> edits) {
    /** A store to run on. */
    enum Store {
        /** {@link dev.reprise.memory.MemoryStore}. */
        MEMORY,
        /** One whose tokens are ordered only within an operation. */
        TOKENS_BY_OPERATION,
        /** {@link dev.reprise.memory.MemoryStore}, as one that tells when it is done. */
        ASYNC,
        /** The database of the transactional guarantee. */
        TRANSACTIONS,
        /** {@link dev.reprise.memory.MemoryDatabase}, with operations in steps. */
        STEPS
    }

    /**
     * A piece of code that is replaced by another one. It has to be there, so that no fault is planted into thin air.
     *
     * @param type the class, from {@code dev.reprise} on
     * @param code what is there
     * @param fault what is put in its place
     */
    record Edit(String type, String code, String fault) {}

    static PlantedFault of(String name, Edit... edits) {
        return new PlantedFault(name, Store.MEMORY, -1, "", List.of(edits));
    }

    PlantedFault on(Store other) {
        return new PlantedFault(name, other, seed, rule, edits);
    }

    PlantedFault foundBy(long first) {
        return new PlantedFault(name, store, first, rule, edits);
    }

    PlantedFault violating(String words) {
        return new PlantedFault(name, store, seed, words, edits);
    }

    static Edit edit(String type, String code, String fault) {
        return new Edit(type, code, fault);
    }

    @Override
    public String toString() {
        return name;
    }
}
