package dev.reprise;

import dev.reprise.LocalTurns.LocalTurn;
import dev.reprise.OperationState.Running;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore.Claimed;
import dev.reprise.spi.TransactionalStore.Failure;
import dev.reprise.spi.Transactions.Transaction;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * From a request to an open transaction that holds its operation, or to the answer that its caller gets instead.
 * Thread-safe.
 */
final class TransactionalClaims<T> {
    private static final int MOST_FAILURES = 5;

    private final TransactionalParts<T> parts;
    private final Semaphore waitingPlaces;

    TransactionalClaims(TransactionalParts<T> parts, int maxWaiting) {
        this.parts = parts;
        this.waitingPlaces = new Semaphore(maxWaiting);
    }

    Decision begin(Operation operation) {
        long started = parts.events().now();
        Optional<Claimed.Existing> known = parts.store().known(operation.id());
        if (known.isPresent()) {
            return answer(operation, known.get(), started);
        }
        LocalTurn mine = parts.turns().turn();
        while (true) {
            LocalTurn other = parts.turns().enter(operation.id(), mine);
            if (other == null) {
                return beginHere(operation, mine, started);
            }
            Answer answer = answerBeside(operation, other, started);
            if (answer != null) {
                return answer;
            }
        }
    }

    Joined join(T transaction, Operation operation) {
        long started = parts.events().now();
        LocalTurn mine = parts.turns().turn();
        LocalTurn other = parts.turns().enter(operation.id(), mine);
        if (other != null && other.hasLooked()) {
            return new Joined.Answered(
                    other.differsFrom(operation.fingerprints())
                            ? parts.replies().mismatch(operation.id(), started)
                            : parts.replies().inProgress(operation.id(), started));
        }
        // Whoever is still looking waits for a connection, perhaps for this one; so the database decides.
        Joined joined = null;
        try {
            joined = join(transaction, operation, mine, started);
            return joined;
        } catch (StoreException e) {
            return new Joined.Answered(parts.replies().storeFailed(operation.id(), e, started));
        } finally {
            if (!(joined instanceof JoinedExecution)) {
                parts.turns().leave(operation.id(), mine);
            }
        }
    }

    private Joined join(T transaction, Operation operation, LocalTurn mine, long started) {
        return switch (parts.store().claim(transaction, operation.id())) {
            case Claimed.Free ignored -> {
                mine.runs(operation.fingerprints().current());
                yield new JoinedExecution<>(parts, transaction, operation, mine, started);
            }
            case Claimed.Existing existing -> new Joined.Answered(answer(operation, existing, started));
            case Claimed.Busy ignored -> new Joined.Answered(parts.replies().inProgress(operation.id(), started));
        };
    }

    /** A duplicate's answer while another caller here has the turn; null if it is time to look again. */
    private @Nullable Answer answerBeside(Operation operation, LocalTurn other, long started) {
        if (!awaitLook(other)) {
            StoreException slow = new StoreException("It takes too long to look up " + operation.id(), null);
            return parts.replies().storeFailed(operation.id(), slow, started);
        }
        if (other.failure().isPresent()) {
            return parts.replies().storeFailed(operation.id(), other.failure().get(), started);
        }
        if (other.found().isPresent()) {
            return answer(operation, other.found().get(), started);
        }
        if (other.differsFrom(operation.fingerprints())) {
            return parts.replies().mismatch(operation.id(), started);
        }
        boolean again = other.hasLeft()
                || waited(left(operation, started), left -> {
                    boolean ignored = other.awaitLeft(left);
                });
        return again ? null : parts.replies().inProgress(operation.id(), started);
    }

    /** Waits until it is known what the store has; false if that takes too long. */
    private boolean awaitLook(LocalTurn other) {
        boolean mayKnow = other.hasLooked()
                || waited(parts.commitCheckTimeout(), left -> {
                    boolean ignored = other.awaitLook(left);
                });
        return mayKnow && other.hasLooked();
    }

    /** Nobody else in this process works on the operation. */
    private Decision beginHere(Operation operation, LocalTurn mine, long started) {
        Decision decision = null;
        try {
            decision = claim(operation, mine, started);
            return decision;
        } catch (StoreException e) {
            mine.fails(e);
            return parts.replies().storeFailed(operation.id(), e, started);
        } finally {
            if (!(decision instanceof Decision.Execute)) {
                parts.turns().leave(operation.id(), mine);
            }
        }
    }

    /** Claims until there is something to say. Between two attempts no connection is held (S8). */
    private Decision claim(Operation operation, LocalTurn mine, long started) {
        int failures = 0;
        for (int attempt = 0; ; attempt++) {
            Decision decision;
            try {
                decision = claimOnce(operation, mine, started);
            } catch (StoreException e) {
                if (parts.store().diagnose(e) != Failure.RETRY
                        || ++failures == MOST_FAILURES
                        || !parts.pauses().pause(failures)) {
                    throw e;
                }
                continue;
            }
            if (decision != null) {
                return decision;
            }
            mine.isBusy();
            Duration pause = parts.pauses().after(attempt);
            Duration left = left(operation, started);
            if (!waited(left, most -> parts.pauses().sleep(pause.compareTo(most) < 0 ? pause : most))) {
                return parts.replies().inProgress(operation.id(), started);
            }
        }
    }

    /** Null if somebody else is at work. */
    private @Nullable Decision claimOnce(Operation operation, LocalTurn mine, long started) {
        Transaction<T> transaction = parts.transactions().begin();
        boolean kept = false;
        try {
            switch (parts.store().claim(transaction.handle(), operation.id())) {
                case Claimed.Free ignored -> {
                    mine.runs(operation.fingerprints().current());
                    Execution execution = new TransactionalExecution<>(parts, operation, transaction, mine, started);
                    kept = true;
                    return new Decision.Execute(execution);
                }
                case Claimed.Existing existing -> {
                    if (isAtWork(existing)) {
                        return null;
                    }
                    mine.finds(existing);
                    // Committed by others: this transaction has done nothing yet.
                    parts.store().remember(existing);
                    return answer(operation, existing, started);
                }
                case Claimed.Busy ignored -> {
                    return null;
                }
            }
        } finally {
            if (!kept) {
                transaction.close();
            }
        }
    }

    /** Whether an owner under a lease is at work. */
    private static boolean isAtWork(Claimed.Existing existing) {
        return existing.record().state() instanceof Running
                && !existing.record().abandonedAt(existing.now());
    }

    private Answer answer(Operation operation, Claimed.Existing existing, long started) {
        OperationRecord record = existing.record();
        boolean abandoned =
                record.abandonedAt(existing.now()) && operation.fingerprints().matches(record.fingerprint());
        return abandoned
                ? parts.replies()
                        .unknown(
                                operation.id(),
                                "An owner under a lease vanished before it recorded an outcome",
                                started)
                : parts.replies().of(operation, record, existing.now(), started);
    }

    private Duration left(Operation operation, long started) {
        Duration maxWait = operation.policy().maxWait();
        return maxWait.isZero() ? maxWait : maxWait.minus(parts.events().since(started));
    }

    /** Something that is waited for, at most as long as given. */
    @FunctionalInterface
    private interface Wait {
        void atMost(Duration left) throws InterruptedException;
    }

    /** Waits if the caller may still; false if it has waited as long as it may (S8). */
    private boolean waited(Duration left, Wait wait) {
        if (!left.isPositive() || !waitingPlaces.tryAcquire()) {
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
