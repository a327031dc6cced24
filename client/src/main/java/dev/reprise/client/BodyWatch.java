package dev.reprise.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks ten times a second after the bodies that are on their way. One timer for all of them, and none while there are
 * none: a timer for each would wake its thread for every call, which costs more than the call. What one body throws is logged
 * and no matter of the others. Thread-safe.
 */
final class BodyWatch {
    private static final Logger LOG = System.getLogger(BodyWatch.class.getName());
    private static final long PERIOD_MILLIS = 100;

    /** Something that may come too late. */
    interface Watched {
        /** Whether there is nothing left to watch. */
        boolean isDone();

        /** Ends it if it is late. On the thread of the watch, so it must not wait for anything. */
        void check();
    }

    private final Set<Watched> bodies = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean armed = new AtomicBoolean();

    void add(Watched body) {
        bodies.add(body);
        arm();
    }

    void remove(Watched body) {
        bodies.remove(body);
    }

    private void arm() {
        if (!armed.get() && armed.compareAndSet(false, true)) {
            try {
                var unused = new CompletableFuture<Void>()
                        .completeOnTimeout(null, PERIOD_MILLIS, TimeUnit.MILLISECONDS)
                        .thenRun(this::look);
            } catch (Throwable e) {
                armed.set(false);
                LOG.log(Level.ERROR, "Bodies are not looked after until the next one comes", e);
            }
        }
    }

    private void look() {
        armed.set(false);
        bodies.forEach(this::look);
        if (!bodies.isEmpty()) {
            arm();
        }
    }

    private void look(Watched body) {
        try {
            if (body.isDone()) {
                bodies.remove(body);
            } else {
                body.check();
            }
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "A body could not be looked after; that is tried again", e);
        }
    }
}
