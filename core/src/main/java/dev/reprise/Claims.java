package dev.reprise;

import dev.reprise.IdempotencyEvent.TakenOver;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** The first half of the engine: from a request to the claim, or to what its caller is told instead. */
final class Claims {
    private static final Logger LOG = System.getLogger(IdempotencyEngine.class.getName());

    private final OperationStore store;
    private final Events events;
    private final Replies replies;
    private final Settler settler;
    private final Heartbeat heartbeat;
    private final Conclusions conclusions;
    private final String node;
    private final AtomicLong lastClaim = new AtomicLong();
    private final Semaphore waitingPlaces;

    Claims(
            OperationStore store,
            Events events,
            Settler settler,
            Heartbeat heartbeat,
            Conclusions conclusions,
            String node,
            int maxWaiting) {
        this.store = store;
        this.events = events;
        this.replies = new Replies(events);
        this.settler = settler;
        this.heartbeat = heartbeat;
        this.conclusions = conclusions;
        this.node = node;
        this.waitingPlaces = new Semaphore(maxWaiting);
    }

    Decision begin(Operation operation) {
        // Only a listener and a wait need the time, and reading the clock is a good part of what a replay costs.
        boolean timed = events.heard() || !operation.policy().maxWait().isZero();
        long started = timed ? events.now() : 0;
        Claim claim = new Claim(
                operation.id(),
                operation.fingerprints().current(),
                new Owner(node, lastClaim.incrementAndGet()),
                operation.policy().lease());
        try {
            return decide(operation, claim, started);
        } catch (StoreException e) {
            undo(claim);
            return storeFailed(operation, e, started);
        }
    }

    private Decision decide(Operation operation, Claim first, long started) {
        Claim claim = first;
        while (true) {
            switch (store.acquire(claim)) {
                case Acquired(Lease lease) -> {
                    return claim.takeOverFrom().equals(FencingToken.NONE)
                            ? execute(operation, lease, started)
                            : takeOver(operation, lease, started);
                }
                case Existing existing -> {
                    OperationRecord record = existing.record();
                    if (!operation.fingerprints().matches(record.fingerprint())) {
                        return replies.mismatch(operation.id(), started);
                    }
                    switch (record.state()) {
                        case Completed completed -> {
                            return replies.finished(operation, completed, existing.now(), started);
                        }
                        case Unknown unknown -> {
                            return replies.unknown(operation.id(), unknown.reason(), started);
                        }
                        case Running running -> {
                            if (record.abandonedAt(existing.now())) {
                                claim = first.takingOverFrom(record.token());
                            } else if (!waitForChange(operation, running, existing, started)) {
                                return replies.inProgress(operation.id(), started);
                            }
                        }
                    }
                }
            }
        }
    }

    private Decision execute(Operation operation, Lease lease, long started) {
        LeasedExecution execution = new LeasedExecution(conclusions, operation, lease, started);
        heartbeat.start(execution, lease);
        return new Decision.Execute(execution);
    }

    /** The operation was abandoned, and the claim to it is ours: its policy says what that means (S15). */
    private Decision takeOver(Operation operation, Lease lease, long started) {
        if (operation.policy().uncertain() == OperationPolicy.Uncertain.RERUN) {
            events.tell(() -> new TakenOver(operation.id(), events.since(started), lease.attempt()));
            return execute(operation, lease, started);
        }
        String reason = "The owner of attempt " + (lease.attempt() - 1) + " vanished before it recorded an outcome";
        return store.park(lease, reason) == LeaseStatus.HELD
                ? replies.unknown(operation.id(), reason, started)
                : replies.inProgress(operation.id(), started);
    }

    /** Waits until it makes sense to look again; false if the caller has waited as long as it may (S8). */
    private boolean waitForChange(Operation operation, Running running, Existing existing, long started) {
        Duration maxWait = operation.policy().maxWait();
        if (maxWait.isZero()) {
            return false;
        }
        Duration left = maxWait.minus(events.since(started));
        if (left.isNegative() || left.isZero() || !waitingPlaces.tryAcquire()) {
            return false;
        }
        try {
            Duration leaseLeft = Duration.between(existing.now(), running.leaseEnd());
            Duration wait = leaseLeft.compareTo(left) < 0 ? leaseLeft : left;
            store.awaitChange(operation.id(), existing.record().token(), wait);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waitingPlaces.release();
        }
    }

    /** The store is down: refuse, or execute without a record where that was chosen explicitly (S22). */
    private Decision storeFailed(Operation operation, StoreException failure, long started) {
        Answer refusal = replies.storeFailed(operation.id(), failure, started);
        if (operation.policy().storeFailure() == OperationPolicy.StoreFailure.FAIL_CLOSED) {
            return refusal;
        }
        LOG.log(Level.ERROR, "Executing " + operation.id() + " WITHOUT protection: " + failure.getMessage());
        return new Decision.Execute(new LeasedExecution(conclusions, operation, null, started));
    }

    /**
     * Takes back a claim that may have landed without our knowledge. It may also still land for a while, so its absence
     * is believed only after the length of its lease.
     */
    private void undo(Claim claim) {
        long giveUp = events.now() + claim.lease().toNanos();
        settler.settle(
                "take back the claim to " + claim.id(),
                () -> store.find(claim.id())
                        .filter(record -> record.state() instanceof Running running
                                && running.owner().equals(claim.owner()))
                        .map(record -> new Lease(claim.id(), record.token(), record.attempt(), claim.lease()))
                        .map(lease -> store.release(lease) != null)
                        .orElseGet(() -> events.now() - giveUp >= 0),
                () -> {});
    }
}
