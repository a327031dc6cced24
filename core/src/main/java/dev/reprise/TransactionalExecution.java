package dev.reprise;

import dev.reprise.RunningHere.Place;
import dev.reprise.spi.Transactions.Transaction;
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
    private final TransactionalConclusions<T> conclusions;
    private final Operation operation;
    private final Transaction<T> transaction;
    private final Place place;
    private final long startedNanos;
    private final AtomicBoolean finished = new AtomicBoolean();

    TransactionalExecution(
            TransactionalConclusions<T> conclusions,
            Operation operation,
            Transaction<T> transaction,
            Place place,
            long startedNanos) {
        this.conclusions = conclusions;
        this.operation = operation;
        this.transaction = transaction;
        this.place = place;
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

    /** Always 1: earlier attempts have left no trace. */
    @Override
    public int attempt() {
        return 1;
    }

    /** Always {@link FencingToken#NONE}: a transaction needs no fence. */
    @Override
    public FencingToken token() {
        return FencingToken.NONE;
    }

    /** Always false: there is no lease. */
    @Override
    public boolean leaseLost() {
        return false;
    }

    @Override
    public Answer finish(Outcome outcome) {
        return switch (conclude(outcome)) {
            case Conclusion.Told(Answer answer) -> answer;
            case Conclusion.NotCommitted notCommitted ->
                conclusions.refuse(operation, notCommitted.failure(), startedNanos);
        };
    }

    /** Ends the hold, and leaves it to the caller what follows if nothing was committed. */
    Conclusion conclude(Outcome outcome) {
        if (!finished.compareAndSet(false, true)) {
            throw new IllegalStateException("The execution of " + id() + " is finished already");
        }
        return conclusions.conclude(this, outcome);
    }

    Operation operation() {
        return operation;
    }

    Transaction<T> open() {
        return transaction;
    }

    Place place() {
        return place;
    }

    long startedNanos() {
        return startedNanos;
    }
}
