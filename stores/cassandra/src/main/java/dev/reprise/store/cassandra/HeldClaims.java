package dev.reprise.store.cassandra;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.RequestFingerprint;
import dev.reprise.spi.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of the operations that it owns. A completion writes the whole record anew, with a time to live, and needs it
 * for that; without it the record is read first. Thread-safe.
 */
final class HeldClaims {
    private static final int MOST = 100_000;

    private record Key(OperationId id, FencingToken token) {}

    /**
     * What was claimed.
     *
     * @param createdAt as the record says; null if this is the first claim, whose time only the server knows
     * @param claimedNanos when it was sent
     */
    record Held(RequestFingerprint fingerprint, @Nullable Instant createdAt, long claimedNanos) {
        Duration age() {
            return Duration.ofNanos(System.nanoTime() - claimedNanos);
        }
    }

    private final Map<Key, Held> held = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Held> eldest) {
            return size() > MOST;
        }
    };

    synchronized void add(Lease lease, Held claim) {
        held.put(new Key(lease.id(), lease.token()), claim);
    }

    synchronized @Nullable Held find(Lease lease) {
        return held.get(new Key(lease.id(), lease.token()));
    }

    synchronized void remove(Lease lease) {
        held.remove(new Key(lease.id(), lease.token()));
    }
}
