package dev.reprise.client;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks ten times a second after the bodies that are on their way. One timer for all of them, and none while there are
 * none: a timer for each would wake its thread for every call, which costs more than the call. Thread-safe.
 */
final class BodyWatch {
    private static final long PERIOD_MILLIS = 100;

    /** Something that may come too late. */
    interface Watched {
        /** Whether there is nothing left to watch. */
        boolean isDone();

        /** Ends it if it is late. */
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
            var unused = new CompletableFuture<Void>()
                    .completeOnTimeout(null, PERIOD_MILLIS, TimeUnit.MILLISECONDS)
                    .thenRunAsync(this::look);
        }
    }

    private void look() {
        armed.set(false);
        bodies.removeIf(Watched::isDone);
        bodies.forEach(Watched::check);
        if (!bodies.isEmpty()) {
            arm();
        }
    }
}
