package dev.reprise;

import dev.reprise.LocalTurns.LocalTurn;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore.Failure;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The hold on an operation in a transaction that somebody else commits. Run the handler, {@link #record} its outcome
 * before the commit, and afterwards, in every case, report what became of the transaction with exactly one of the
 * other methods.
 *
 * <p>For one thread at a time.
 *
 * @param <T> the handle of the transaction
 */
public final class JoinedExecution<T> implements Joined {
    private final TransactionalParts<T> parts;
    private final T transaction;
    private final Operation operation;
    private final LocalTurn turn;
    private final long startedNanos;
    private final AtomicBoolean ended = new AtomicBoolean();
    private @Nullable Outcome outcome;
    private @Nullable StoreException notRecorded;

    JoinedExecution(
            TransactionalParts<T> parts, T transaction, Operation operation, LocalTurn turn, long startedNanos) {
        this.parts = parts;
        this.transaction = transaction;
        this.operation = operation;
        this.turn = turn;
        this.startedNanos = startedNanos;
    }

    /** Which operation. */
    public OperationId id() {
        return operation.id();
    }

    /**
     * Writes the record into the transaction, if the outcome is one that commits.
     *
     * @return whether to commit; false means to roll back
     * @throws StoreException if the record cannot be written; the transaction has to be rolled back
     */
    public boolean record(Outcome handlers) {
        if (outcome != null) {
            throw new IllegalStateException("The outcome of " + id() + " is recorded already");
        }
        outcome = handlers;
        if (!(handlers instanceof Outcome.Answered answered) || !TransactionalExecution.commits(answered)) {
            return false;
        }
        try {
            parts.store()
                    .record(
                            transaction,
                            id(),
                            operation.fingerprints().current(),
                            answered.keptBy(operation.policy()),
                            operation.policy().retention());
        } catch (StoreException e) {
            notRecorded = e;
            throw e;
        }
        return true;
    }

    /** The transaction was committed: the handler's answer may go out. */
    public Answer committed() {
        return end(() -> parts.replies().executed(operation, recorded(), startedNanos));
    }

    /**
     * The transaction was rolled back: nothing was executed, and the key is free. If the record was refused because
     * somebody else has recorded the operation, the caller gets the answer from that record.
     */
    public Answer rolledBack() {
        return end(() -> {
            if (outcome != null && !mayCommit(outcome)) {
                return parts.replies().released(id(), outcome, startedNanos);
            }
            if (notRecorded == null) {
                return refuse(new StoreException("The transaction of " + id() + " was rolled back", null));
            }
            boolean overtaken = parts.store().diagnose(notRecorded) == Failure.RETRY;
            return check().notCommitted(new Conclusion.NotCommitted(notRecorded, overtaken));
        });
    }

    /** Nobody knows whether the transaction was committed: finds out, and waits as long as that takes (S29). */
    public Answer unknown() {
        StoreException lost = new StoreException("The commit of " + id() + " was not acknowledged", null);
        return end(() -> answerOf(check().findOut(lost)));
    }

    /**
     * The commit failed with an exception: finds out whether it happened anyway, and waits as long as that takes
     * (S29).
     *
     * @throws TransactionalEngine.CommitRefusedException if the database refuses the work itself
     */
    public Answer commitFailed(Exception cause) {
        StoreException failure = new StoreException(
                "The transaction of " + id() + " could not be committed: " + cause.getMessage(), cause);
        return end(() -> answerOf(
                parts.store().diagnose(failure) == Failure.OTHER ? check().findOut(failure) : check().failed(failure)));
    }

    /** Duplicates find out by themselves from now on, and perhaps sooner. */
    private CommitCheck<T> check() {
        parts.turns().leave(id(), turn);
        return new CommitCheck<>(parts, operation, recorded(), startedNanos);
    }

    private Answer answerOf(Conclusion end) {
        return switch (end) {
            case Conclusion.Answered(Answer answer) -> answer;
            case Conclusion.NotCommitted notCommitted -> check().notCommitted(notCommitted);
        };
    }

    private Answer refuse(StoreException failure) {
        return parts.replies().storeFailed(id(), failure, startedNanos);
    }

    private static boolean mayCommit(Outcome outcome) {
        return outcome instanceof Outcome.Answered answered && TransactionalExecution.commits(answered);
    }

    private Outcome.Answered recorded() {
        if (outcome instanceof Outcome.Answered answered && TransactionalExecution.commits(answered)) {
            return answered;
        }
        throw new IllegalStateException("No outcome of " + id() + " was recorded that commits");
    }

    private Answer end(Supplier<Answer> answer) {
        if (!ended.compareAndSet(false, true)) {
            throw new IllegalStateException("The end of " + id() + " is known already");
        }
        try {
            return answer.get();
        } finally {
            parts.turns().leave(id(), turn);
        }
    }
}
