package dev.reprise.store.cassandra;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Guesses whether the next claim is of a new operation: yes, after a number of them in a row were. A claim that is new needs no look,
 * and one that is not costs a plain read instead of a vote. Thread-safe.
 */
final class ClaimGuess {
    static final int ENOUGH = 16;

    private final AtomicInteger newInARow = new AtomicInteger();

    void found(boolean something) {
        if (something) {
            newInARow.set(0);
        } else if (!isNew()) {
            newInARow.incrementAndGet();
        }
    }

    boolean isNew() {
        return newInARow.get() >= ENOUGH;
    }
}
