package dev.reprise.spi.support;

import java.util.concurrent.Semaphore;

/**
 * Records that a store has read, and which those who asked have not taken yet: no more than some megabytes of them. Reading is
 * faster than being woken up, so a crowd that asks for large records at once would fill the memory otherwise. Thread-safe.
 */
public final class LoadedRecords {
    private static final int MOST = 8 << 20;

    private final Semaphore room = new Semaphore(MOST);

    /** None is loaded. */
    public LoadedRecords() {}

    /**
     * Answers as soon as there is room for that many bytes, which there always is for the only answer. Not to be called by
     * who takes answers.
     */
    public <R> void answer(Call<R> call, R result, int bytes) {
        int counted = Math.min(bytes, MOST);
        room.acquireUninterruptibly(counted);
        call.answer(result, () -> room.release(counted));
    }
}
