package dev.reprise;

import dev.reprise.internal.Background;
import dev.reprise.internal.Failures;
import dev.reprise.internal.Pauses;
import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
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
    /** What no thread could be started for, or go on with. */
    private final Queue<Write> postponed = new ConcurrentLinkedQueue<>();

    Settler(EngineRuntime runtime, Background background) {
        this.background = background;
        this.pauses = new Pauses(runtime, FIRST_PAUSE, LONGEST_PAUSE);
    }

    /**
     * A write that is repeated until it is settled.
     *
     * @param what names it in logs
     * @param attempt true when it is settled; what it throws means not yet
     * @param afterwards called when it is settled or given up
     */
    private record Write(String what, BooleanSupplier attempt, Runnable afterwards) {}

    /** How many writes are not settled. */
    int unsettled() {
        return unsettled.get();
    }

    /**
     * Repeats the write until it returns true, pausing longer and longer. Does not throw.
     *
     * @param what names the write in logs
     * @param write true when it is settled; what it throws means not yet
     * @param afterwards called when it is settled or given up
     */
    void settle(String what, BooleanSupplier write, Runnable afterwards) {
        unsettled.incrementAndGet();
        start(new Write(what, write, afterwards));
    }

    /** Starts what was postponed; to be called now and then. */
    void startPostponed() {
        for (Write write = postponed.poll(); write != null && start(write); write = postponed.poll()) {
            // Each that can be started makes it likely that the next one can.
        }
    }

    /** Without a thread to be had, a write waits for better times: what it is about must not be lost. */
    private boolean start(Write write) {
        boolean open;
        try {
            open = background.start("reprise-settler", () -> run(write));
        } catch (RuntimeException | Error e) {
            postpone(write, e);
            return false;
        }
        if (!open) {
            end(write);
            LOG.log(Level.ERROR, "Gave up to " + write.what() + ": the engine is closing");
        }
        return true;
    }

    /** What cannot even be waited for is left to a later beat, which is a pause too. */
    private void run(Write write) {
        try {
            repeat(write.what(), write.attempt());
        } catch (RuntimeException | Error e) {
            postpone(write, e);
            return;
        }
        end(write);
    }

    private void postpone(Write write, Throwable reason) {
        postponed.add(write);
        Failures.log(LOG, Level.ERROR, "Postponed to a later beat: ", write.what(), reason);
    }

    private void end(Write write) {
        unsettled.decrementAndGet();
        write.afterwards().run();
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
            Failures.log(LOG, Level.WARNING, "Could not yet ", what, e);
            return false;
        } catch (RuntimeException | Error e) {
            Failures.log(LOG, Level.ERROR, "Could not yet ", what, e);
            return false;
        }
    }
}
