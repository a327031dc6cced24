package dev.reprise.gateway.admin;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Scope;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.Claim;
import dev.reprise.spi.OperationStore;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Finds out whether operations can be recorded at the moment, by claiming and releasing one that nobody else uses: a
 * full disk shows only in a write. Thread-safe.
 */
public final class ReadinessProbe {
    private static final OperationId ID =
            new OperationId(new Scope("reprise", "readiness"), new IdempotencyKey("probe"));
    private static final RequestFingerprint FINGERPRINT = new RequestFingerprint(1, new byte[1]);
    private static final Duration LEASE = Duration.ofSeconds(5);

    private final OperationStore store;
    private final String node = "readiness-" + UUID.randomUUID();
    private final AtomicLong claims = new AtomicLong();

    /** A probe of the store. */
    public ReadinessProbe(OperationStore store) {
        this.store = store;
    }

    /**
     * Claims and releases.
     *
     * @throws dev.reprise.spi.StoreException if that fails
     */
    public void run() {
        Claim claim = new Claim(ID, FINGERPRINT, new Owner(node, claims.incrementAndGet()), LEASE);
        Acquisition acquisition = store.acquire(claim);
        // A gateway that was killed while it probed has left its claim.
        if (acquisition instanceof Existing existing && existing.record().abandonedAt(existing.now())) {
            acquisition = store.acquire(claim.takingOverFrom(existing.record().token()));
        }
        if (acquisition instanceof Acquired acquired) {
            store.release(acquired.lease());
        }
    }
}
