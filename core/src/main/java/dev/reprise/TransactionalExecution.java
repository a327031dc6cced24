package dev.reprise;

import dev.reprise.LocalTurns.LocalTurn;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.Transactions.Transaction;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The hold of one caller on one operation while its handler works in an open transaction.
 *
 * <p>{@link #finish} commits the work together with the record if the handler answered with a status below 500, and rolls
 * back otherwise, which frees the operation at once. A commit that is known to have failed is answered with
 * {@link Rejection#STORE_UNAVAILABLE}: nothing was executed.
 *
 * @param <T> the handle of the transaction
 */
public final class TransactionalExecution<T> implements Execution {
    private static final int SERVER_ERROR = 500;
    private static final int CLIENT_ERROR = 400;

    private final TransactionalParts<T> parts;
    private final Operation operation;
    private final Transaction<T> transaction;
    private final LocalTurn turn;
    private final long startedNanos;
    private final AtomicBoolean finished = new AtomicBoolean();

    TransactionalExecution(
            TransactionalParts<T> parts,
            Operation operation,
            Transaction<T> transaction,
            LocalTurn turn,
            long startedNanos) {
        this.parts = parts;
        this.operation = operation;
        this.transaction = transaction;
        this.turn = turn;
        this.startedNanos = startedNanos;
    }

    /** What the handler runs its statements with. It neither commits nor rolls back nor closes it. */
    public T transaction() {
        return transaction.handle();
    }

    @Override
    public OperationId id() {
        return operation.id();
    }

    @Override
    public boolean boundToThread() {
        return transaction.boundToThread();
    }

    /** Always true: it is rolled back. */
    @Override
    public boolean safeToRepeat() {
        return true;
    }

    /**
     * {@inheritDoc}
     *
     * @throws TransactionalEngine.CommitRefusedException if the database refuses the work itself
     */
    @Override
    public Answer finish(Outcome outcome) {
        return switch (conclude(outcome)) {
            case Conclusion.Answered(Answer answer) -> answer;
            case Conclusion.NotCommitted notCommitted -> refuse(notCommitted, outcome);
        };
    }

    /** Ends the hold, and leaves it to the caller what follows if nothing was committed. */
    Conclusion conclude(Outcome outcome) {
        if (!finished.compareAndSet(false, true)) {
            throw new IllegalStateException("The execution of " + id() + " is finished already");
        }
        try (transaction) {
            Objects.requireNonNull(outcome, "A handler's outcome; its transaction is rolled back");
            if (!(outcome instanceof Outcome.Answered answered) || !commits(answered)) {
                return rollBack(outcome);
            }
            return transaction.isRollbackOnly() ? rollBackAsMarked(answered) : commit(answered);
        } finally {
            parts.turns().leave(id(), turn);
        }
    }

    /** Whether an answer commits: it is not an error of the server. */
    static boolean commits(Outcome.Answered answered) {
        return answered.response().status() < SERVER_ERROR;
    }

    /** Nothing was executed, so the key is free, and so says every answer but one (S15). */
    private Conclusion rollBack(Outcome outcome) {
        transaction.close();
        return new Conclusion.Answered(parts.replies().released(id(), outcome, startedNanos));
    }

    /** An error of the caller may go out, as nothing was done; an answer that says it was may not. */
    private Conclusion rollBackAsMarked(Outcome.Answered answered) {
        if (answered.response().status() >= CLIENT_ERROR) {
            return rollBack(answered);
        }
        transaction.close();
        throw new TransactionalEngine.CommitRefusedException(
                id(),
                new StoreException(
                        "the application has marked its transaction as one to be rolled back, and answered "
                                + answered.response().status(),
                        null));
    }

    private Conclusion commit(Outcome.Answered answered) {
        try {
            parts.store()
                    .recordAndCommit(
                            transaction,
                            id(),
                            operation.fingerprints().current(),
                            answered.keptBy(operation.policy()),
                            operation.policy().retention());
        } catch (StoreException e) {
            // Whoever looks has to meet the database as this transaction leaves it; duplicates look for themselves.
            transaction.close();
            parts.turns().leave(id(), turn);
            return new CommitCheck<>(parts, operation, answered, startedNanos).failed(e);
        }
        return new Conclusion.Answered(parts.replies().executed(operation, answered, startedNanos));
    }

    /** Nothing was committed, and it is not tried again here. */
    Answer refuse(Conclusion.NotCommitted notCommitted, Outcome outcome) {
        return outcome instanceof Outcome.Answered answered
                ? new CommitCheck<>(parts, operation, answered, startedNanos).notCommitted(notCommitted)
                : parts.replies().storeFailed(id(), notCommitted.failure(), startedNanos);
    }
}
