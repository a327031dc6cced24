package dev.reprise;

import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/** Renews the leases of running handlers, each when a third of it has passed. */
final class Heartbeat {
    private final ConcurrentHashMap<FencingToken, Beating> beating = new ConcurrentHashMap<>();
    private final OperationStore store;
    private final LongSupplier nanoTime;
    private final Executor executor;

    /** @param executor where renewals run, since each waits for the store */
    Heartbeat(OperationStore store, LongSupplier nanoTime, Executor executor) {
        this.store = store;
        this.nanoTime = nanoTime;
        this.executor = executor;
    }

    void start(LeasedExecution execution, Lease lease) {
        beating.put(lease.token(), new Beating(execution, lease, nanoTime.getAsLong()));
    }

    void stop(Lease lease) {
        beating.remove(lease.token());
    }

    /** Starts the renewals that are due. */
    void beat() {
        long now = nanoTime.getAsLong();
        for (Beating one : beating.values()) {
            if (!one.renewing && now - one.renewedNanos >= one.lease.length().toNanos() / 3) {
                one.renewing = true;
                executor.execute(() -> renew(one, now));
            }
        }
    }

    private void renew(Beating one, long now) {
        try {
            // A handler that has finished in the meantime needs no renewal; one that finishes meanwhile makes this
            // renewal change nothing, since its record is no longer running.
            if (!beating.containsKey(one.lease.token())) {
                return;
            }
            if (store.renew(one.lease) == LeaseStatus.HELD) {
                one.renewedNanos = now;
            } else if (beating.remove(one.lease.token(), one)) {
                one.execution.leaseWasLost();
            }
        } catch (StoreException e) {
            // The store is down: the next beat tries again, and whoever takes over meanwhile is found out then.
        } finally {
            one.renewing = false;
        }
    }

    private static final class Beating {
        private final LeasedExecution execution;
        private final Lease lease;
        private volatile long renewedNanos;
        private volatile boolean renewing;

        private Beating(LeasedExecution execution, Lease lease, long startedNanos) {
            this.execution = execution;
            this.lease = lease;
            this.renewedNanos = startedNanos;
        }
    }
}
