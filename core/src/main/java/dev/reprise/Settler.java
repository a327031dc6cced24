package dev.reprise;

import dev.reprise.spi.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * Goes on with store writes that were not acknowledged, in the background, until the store answers: the handler has
 * run, or the claim may have landed, so giving up would leave the operation blocked or unknown.
 */
final class Settler {
    private static final Logger LOG = System.getLogger(Settler.class.getName());
    private static final int MAX_UNSETTLED = 10_000;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Semaphore places = new Semaphore(MAX_UNSETTLED);
    private final ExecutorService executor;

    Settler(ExecutorService executor) {
        this.executor = executor;
    }

    /**
     * Repeats the write until it returns true, pausing longer and longer.
     *
     * @param what names the write in logs
     * @param write true when it is settled; a {@link StoreException} means not yet
     * @param afterwards called when it is settled or given up
     */
    void settle(String what, BooleanSupplier write, Runnable afterwards) {
        if (!places.tryAcquire()) {
            LOG.log(Level.ERROR, "Gave up to " + what + ": " + MAX_UNSETTLED + " other writes wait for the store");
            afterwards.run();
            return;
        }
        try {
            executor.execute(() -> {
                try {
                    repeat(what, write);
                } finally {
                    places.release();
                    afterwards.run();
                }
            });
        } catch (RejectedExecutionException closing) {
            places.release();
            afterwards.run();
            LOG.log(Level.ERROR, "Gave up to " + what + ": the engine is closing");
        }
    }

    private static void repeat(String what, BooleanSupplier write) {
        long pauseNanos = FIRST_PAUSE.toNanos();
        try {
            while (!settled(what, write)) {
                Thread.sleep(Duration.ofNanos(ThreadLocalRandom.current().nextLong(pauseNanos / 2, pauseNanos)));
                pauseNanos = Math.min(pauseNanos * 2, LONGEST_PAUSE.toNanos());
            }
        } catch (InterruptedException closing) {
            LOG.log(Level.ERROR, "Gave up to " + what + ": the engine is closing");
        }
    }

    private static boolean settled(String what, BooleanSupplier write) {
        try {
            return write.getAsBoolean();
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "Could not yet " + what + ": " + e.getMessage());
            return false;
        }
    }
}
