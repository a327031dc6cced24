package dev.reprise.client;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The waits between attempts of one client, which all end when it is closed (C9). Thread-safe. */
// Each wait equals itself and no other.
@SuppressWarnings("CollectionUndefinedEquality")
final class Waits {
    private final Set<CompletableFuture<Void>> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** A wait that began; cancels it at once if the client is closed. */
    void add(CompletableFuture<Void> wait) {
        running.add(wait);
        if (closed) {
            wait.cancel(false);
        }
    }

    /** A wait that is over. */
    void remove(CompletableFuture<Void> wait) {
        running.remove(wait);
    }

    void close() {
        closed = true;
        running.forEach(wait -> wait.cancel(false));
    }
}
