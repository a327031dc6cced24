package dev.reprise;

import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.RunningHere.Place;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.spi.TransactionalStore.Claimed;
import dev.reprise.spi.TransactionalStore.Failure;
import dev.reprise.spi.Transactions;
import dev.reprise.spi.Transactions.Transaction;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The first half of the transactional engine: from a request to an open transaction, or to what its caller is told. */
final class TransactionalClaims<T> {
    private static final int MOST_FAILURES = 5;

    private final Transactions<T> transactions;
    private final TransactionalStore<T> store;
    private final Events events;
    private final Replies replies;
    private final RunningHere running;
    private final TransactionalConclusions<T> conclusions;
    private final Pauses pauses;
    private final Semaphore waitingPlaces;

    TransactionalClaims(
            Transactions<T> transactions,
            TransactionalStore<T> store,
            Events events,
            RunningHere running,
            TransactionalConclusions<T> conclusions,
            Pauses pauses,
            int maxWaiting) {
        this.transactions = transactions;
        this.store = store;
        this.events = events;
        this.replies = new Replies(events);
        this.running = running;
        this.conclusions = conclusions;
        this.pauses = pauses;
        this.waitingPlaces = new Semaphore(maxWaiting);
    }

    Decision begin(Operation operation) {
        long started = events.now();
        Place mine = new Place();
        while (true) {
            Place other = running.enter(operation.id(), mine);
            if (other == null) {
                return beginHere(operation, mine, started);
            }
            if (other.differsFrom(operation.fingerprints())) {
                return replies.mismatch(operation.id(), started);
            }
            if (!waited(operation, started, other::awaitLeft)) {
                return replies.inProgress(operation.id(), started);
            }
        }
    }

    /** Nobody else in this process works on the operation. */
    private Decision beginHere(Operation operation, Place mine, long started) {
        Decision decision = null;
        try {
            decision = claim(operation, mine, started);
            return decision;
        } catch (StoreException e) {
            return replies.storeFailed(operation.id(), e, started);
        } finally {
            if (!(decision instanceof Decision.Execute)) {
                running.leave(operation.id(), mine);
            }
        }
    }

    /** Claims until there is something to say. Between two attempts no connection is held (S8). */
    private Decision claim(Operation operation, Place mine, long started) {
        int failures = 0;
        for (int attempt = 0; ; attempt++) {
            Decision decision;
            try {
                decision = claimOnce(operation, mine, started);
            } catch (StoreException e) {
                if (store.diagnose(e) != Failure.RETRY || ++failures == MOST_FAILURES || !pauses.pause(failures)) {
                    throw e;
                }
                continue;
            }
            if (decision != null) {
                return decision;
            }
            Duration pause = pauses.after(attempt);
            if (!waited(operation, started, left -> Thread.sleep(pause.compareTo(left) < 0 ? pause : left))) {
                return replies.inProgress(operation.id(), started);
            }
        }
    }

    /** Null if somebody else is at work. */
    private @Nullable Decision claimOnce(Operation operation, Place mine, long started) {
        Transaction<T> transaction = transactions.begin();
        boolean kept = false;
        try {
            Claimed claimed = store.claim(transaction.handle(), operation.id());
            if (claimed instanceof Claimed.Free) {
                mine.runs(operation.fingerprints().current());
                kept = true;
                return new Decision.Execute(
                        new TransactionalExecution<>(conclusions, operation, transaction, mine, started));
            }
            return claimed instanceof Claimed.Existing existing ? answer(operation, existing, started) : null;
        } finally {
            if (!kept) {
                transaction.close();
            }
        }
    }

    /** What the record says; null if its owner is at work. */
    @Nullable
    Answer answer(Operation operation, Claimed.Existing existing, long started) {
        OperationRecord record = existing.record();
        if (!operation.fingerprints().matches(record.fingerprint())) {
            return replies.mismatch(operation.id(), started);
        }
        return switch (record.state()) {
            case Completed completed -> replies.finished(operation, completed, existing.now(), started);
            case Unknown unknown -> replies.unknown(operation.id(), unknown.reason(), started);
            case Running ignored ->
                record.abandonedAt(existing.now())
                        ? replies.unknown(
                                operation.id(),
                                "An owner under a lease vanished before it recorded an outcome",
                                started)
                        : null;
        };
    }

    /** Something that is waited for, at most as long as given. */
    @FunctionalInterface
    private interface Wait {
        void atMost(Duration left) throws InterruptedException;
    }

    /** Waits if the caller may still; false if it has waited as long as it may (S8). */
    private boolean waited(Operation operation, long started, Wait wait) {
        Duration maxWait = operation.policy().maxWait();
        Duration left = maxWait.isZero() ? Duration.ZERO : maxWait.minus(events.since(started));
        if (left.isNegative() || left.isZero() || !waitingPlaces.tryAcquire()) {
            return false;
        }
        try {
            wait.atMost(left);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waitingPlaces.release();
        }
    }
}
