package dev.reprise.spi.support;

import dev.reprise.spi.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Fails the calls that are not answered in time (S22). One thread looks at all of them every few milliseconds, which costs each of
 * them far less than a timed wait would. The thread that watches ends when there has
 * been nothing to watch for a second, so there is nothing to close. Thread-safe.
 */
public final class TimeLimit {
    private static final Logger LOG = System.getLogger(TimeLimit.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int IDLE_PAUSES = 20;

    private final Queue<Call<?>> watched = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean watching = new AtomicBoolean();
    private final Duration limit;

    /** A limit for calls that may take as long as given. */
    public TimeLimit(Duration limit) {
        this.limit = limit;
    }

    /** Watches a call from now on until it is answered. */
    public void watch(Call<?> call) {
        watched.add(call);
        if (!watching.get() && watching.compareAndSet(false, true)) {
            boolean started = false;
            try {
                Thread.ofPlatform().daemon().name("reprise-store-watchdog").start(this::run);
                started = true;
            } finally {
                if (!started) {
                    watching.set(false);
                }
            }
        }
    }

    private void run() {
        do {
            for (int idle = 0; idle < IDLE_PAUSES; idle = watched.isEmpty() ? idle + 1 : 0) {
                LockSupport.parkNanos(PAUSE.toNanos());
                failLate();
            }
            watching.set(false);
        } while (!watched.isEmpty() && watching.compareAndSet(false, true));
    }

    /** Looks at all of them, since one that waits must not keep the answers of those that came after it in memory. */
    private void failLate() {
        long latest = System.nanoTime() - limit.toNanos();
        for (Iterator<Call<?>> calls = watched.iterator(); calls.hasNext(); ) {
            Call<?> call = calls.next();
            if (call.isAnswered() || call.startedNanos() - latest < 0) {
                calls.remove();
                fail(call);
            }
        }
    }

    /** Whatever comes of it, there are other calls to watch. */
    private void fail(Call<?> late) {
        try {
            if (!late.isAnswered()) {
                late.fail(new StoreException("The store did not answer within " + limit.toMillis() + " ms", null));
            }
        } catch (Throwable e) {
            say(e);
        }
    }

    private static void say(Throwable thrown) {
        try {
            LOG.log(Level.ERROR, "A call that took too long could not be failed", thrown);
        } catch (Throwable e) {
            // There was not even memory for that.
        }
    }
}
