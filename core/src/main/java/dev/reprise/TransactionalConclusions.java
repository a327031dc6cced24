package dev.reprise;

import dev.reprise.IdempotencyEvent.Executed;
import dev.reprise.IdempotencyEvent.Released;
import dev.reprise.OperationState.Completed;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.spi.TransactionalStore.Claimed;
import dev.reprise.spi.Transactions;
import dev.reprise.spi.Transactions.Transaction;
import java.time.Duration;

/** The second half of the transactional engine: from a handler's outcome to the commit, or to the rollback. */
final class TransactionalConclusions<T> {
    private static final int SERVER_ERROR = 500;

    private final Transactions<T> transactions;
    private final TransactionalStore<T> store;
    private final Events events;
    private final Replies replies;
    private final RunningHere running;
    private final Pauses pauses;
    private final Duration longestDoubt;

    TransactionalConclusions(
            Transactions<T> transactions,
            TransactionalStore<T> store,
            Events events,
            RunningHere running,
            Pauses pauses,
            Duration longestDoubt) {
        this.transactions = transactions;
        this.store = store;
        this.events = events;
        this.replies = new Replies(events);
        this.running = running;
        this.pauses = pauses;
        this.longestDoubt = longestDoubt;
    }

    /** Whether the outcome commits: the handler answered, and not with an error of the server. */
    static boolean commits(Outcome outcome) {
        return outcome instanceof Outcome.Answered answered
                && answered.response().status() < SERVER_ERROR;
    }

    Conclusion conclude(TransactionalExecution<T> execution, Outcome outcome) {
        try (Transaction<T> transaction = execution.open()) {
            return outcome instanceof Outcome.Answered answered && commits(outcome)
                    ? commit(execution, transaction, answered)
                    : rollBack(execution, transaction, outcome);
        } finally {
            running.leave(execution.id(), execution.place());
        }
    }

    /** Nothing was executed, so the key is free, and so says every answer but one (S15). */
    private Conclusion rollBack(TransactionalExecution<T> execution, Transaction<T> transaction, Outcome outcome) {
        transaction.close();
        return new Conclusion.Told(released(execution.id(), outcome, execution.startedNanos()));
    }

    Answer released(OperationId id, Outcome outcome, long started) {
        events.tell(
                () -> new Released(id, events.since(started), outcome.response().status()));
        return new Answer.Fresh(outcome.response(), Duration.ZERO);
    }

    private Conclusion commit(
            TransactionalExecution<T> execution, Transaction<T> transaction, Outcome.Answered answered) {
        Operation operation = execution.operation();
        try {
            store.recordAndCommit(
                    transaction,
                    operation.id(),
                    operation.fingerprints().current(),
                    recorded(operation, answered),
                    operation.policy().retention());
        } catch (StoreException e) {
            return switch (store.diagnose(e)) {
                case RETRY -> new Conclusion.NotCommitted(e, true);
                case OTHER -> new Conclusion.NotCommitted(e, false);
                case UNKNOWN -> {
                    transaction.close();
                    yield findOut(operation, answered, e, execution.startedNanos());
                }
            };
        }
        return new Conclusion.Told(executed(operation, answered, execution.startedNanos()));
    }

    /** Writes the record into a transaction that somebody else commits. */
    void record(T transaction, Operation operation, Outcome.Answered answered) {
        store.record(
                transaction,
                operation.id(),
                operation.fingerprints().current(),
                recorded(operation, answered),
                operation.policy().retention());
    }

    private static Response recorded(Operation operation, Outcome.Answered answered) {
        return operation.policy().duplicates() == OperationPolicy.Duplicates.REPLAY
                ? answered.recorded()
                : new Response(answered.response().status(), Headers.EMPTY, Body.OMITTED);
    }

    Answer executed(Operation operation, Outcome.Answered answered, long started) {
        events.tell(() -> new Executed(
                operation.id(), events.since(started), answered.response().status()));
        return new Answer.Fresh(answered.response(), operation.policy().retention());
    }

    /**
     * The acknowledgement of the commit was lost (S29). The old session holds the operation until its fate is decided; so
     * once the operation can be claimed, its record is there if and only if the commit happened.
     */
    Conclusion findOut(Operation operation, Outcome.Answered answered, StoreException lost, long started) {
        replies.storeFailed(operation.id(), lost, started);
        long giveUp = events.now() + longestDoubt.toNanos();
        for (int attempt = 0; events.now() - giveUp < 0; attempt++) {
            try (Transaction<T> transaction = transactions.begin()) {
                switch (store.claim(transaction.handle(), operation.id())) {
                    case Claimed.Free ignored -> {
                        return new Conclusion.NotCommitted(lost, true);
                    }
                    case Claimed.Existing existing -> {
                        return new Conclusion.Told(committed(operation, answered, existing, started));
                    }
                    case Claimed.Busy ignored -> {
                        // The old session lives on for a while.
                    }
                }
            } catch (StoreException e) {
                // Still down.
            }
            if (!pauses.pause(attempt)) {
                break;
            }
        }
        return new Conclusion.Told(replies.inProgress(operation.id(), started));
    }

    /** There is a record: ours, most probably, and otherwise that of another request which was faster afterwards. */
    private Answer committed(Operation operation, Outcome.Answered answered, Claimed.Existing existing, long started) {
        if (!(existing.record().state() instanceof Completed completed)) {
            return replies.inProgress(operation.id(), started);
        }
        return completed.response().equals(recorded(operation, answered))
                ? executed(operation, answered, started)
                : replies.finished(operation, completed, existing.now(), started);
    }

    Answer refuse(Operation operation, StoreException failure, long started) {
        return replies.storeFailed(operation.id(), failure, started);
    }
}
