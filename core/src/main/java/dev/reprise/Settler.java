package dev.reprise;

import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Goes on with store writes that were not acknowledged, in the background, until the store answers: the handler has
 * run, or the claim may have landed, so giving up would leave the operation blocked or unknown. Thread-safe.
 */
final class Settler {
    private static final Logger LOG = System.getLogger(Settler.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Background background;
    private final Pauses pauses;
    private final AtomicInteger unsettled = new AtomicInteger();

    Settler(EngineRuntime runtime, Background background) {
        this.background = background;
        this.pauses = new Pauses(runtime, FIRST_PAUSE, LONGEST_PAUSE);
    }

    /** How many writes are not settled. */
    int unsettled() {
        return unsettled.get();
    }

    /**
     * Repeats the write until it returns true, pausing longer and longer.
     *
     * @param what names the write in logs
     * @param write true when it is settled; a {@link StoreException} means not yet
     * @param afterwards called when it is settled or given up
     */
    void settle(String what, BooleanSupplier write, Runnable afterwards) {
        unsettled.incrementAndGet();
        boolean started = false;
        try {
            started = background.start("reprise-settler", () -> {
                try {
                    repeat(what, write);
                } finally {
                    end(afterwards);
                }
            });
        } finally {
            if (!started) {
                end(afterwards);
                LOG.log(Level.ERROR, "Gave up to " + what + ": the engine is closing or cannot start a thread");
            }
        }
    }

    private void end(Runnable afterwards) {
        unsettled.decrementAndGet();
        afterwards.run();
    }

    private void repeat(String what, BooleanSupplier write) {
        for (int attempt = 0; !settled(what, write); attempt++) {
            if (!pauses.pause(attempt)) {
                LOG.log(Level.ERROR, "Gave up to " + what + ": the engine is closing");
                return;
            }
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
