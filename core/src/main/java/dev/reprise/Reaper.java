package dev.reprise;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;

/**
 * Deletes expired records in batches. After each it rests as long as that took, so that whoever waits for an answer finds
 * the store free at least half of the time.
 */
final class Reaper implements AutoCloseable {
    private final Periodic periodic;

    /**
     * Starts it.
     *
     * @param pause after it has found nothing more to delete
     * @param purge deletes at most as many records as it is given, and returns how many
     */
    Reaper(Duration pause, int batch, IntUnaryOperator purge) {
        periodic = new Periodic("reprise-reaper", pause, () -> reap(batch, purge));
    }

    private static void reap(int batch, IntUnaryOperator purge) {
        long began = System.nanoTime();
        while (purge.applyAsInt(batch) == batch && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(System.nanoTime() - began);
            began = System.nanoTime();
        }
    }

    @Override
    public void close() {
        periodic.close();
    }
}
