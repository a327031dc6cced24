package dev.reprise.store.jdbc;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Guesses whether the next claim is of a new operation: yes, after sixteen in a row were. Most callers hardly ever retry, and their
 * claims can be spared a look; while many do, all claims look first. Thread-safe.
 */
final class Novelty {
    static final int ENOUGH = 16;

    private final AtomicInteger newInARow = new AtomicInteger();

    /** Tells what a look for the operation of a claim found. */
    void saw(boolean something) {
        if (something) {
            newInARow.set(0);
        } else if (!isExpected()) {
            newInARow.incrementAndGet();
        }
    }

    boolean isExpected() {
        return newInARow.get() >= ENOUGH;
    }
}
