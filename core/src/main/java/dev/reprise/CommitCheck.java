package dev.reprise;

import dev.reprise.OperationState.Completed;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore.Claimed;
import dev.reprise.spi.Transactions.Transaction;

/**
 * Finds out whether a commit happened whose acknowledgement was lost (S29). The old session holds the operation until its
 * fate is decided; so once the operation can be claimed, its record is there if and only if the commit happened.
 *
 * @param <T> the handle of a transaction
 */
final class CommitCheck<T> {
    private final TransactionalParts<T> parts;
    private final Operation operation;
    private final Outcome.Answered answered;
    private final long started;

    CommitCheck(TransactionalParts<T> parts, Operation operation, Outcome.Answered answered, long started) {
        this.parts = parts;
        this.operation = operation;
        this.answered = answered;
        this.started = started;
    }

    /** Looks until it is known, as long as the caller may be kept. */
    Conclusion findOut(StoreException lost) {
        Events events = parts.events();
        parts.replies().storeFailed(operation.id(), lost, started);
        long giveUp = events.now() + parts.commitCheckTimeout().toNanos();
        for (int attempt = 0; events.now() - giveUp < 0; attempt++) {
            try (Transaction<T> transaction = parts.transactions().begin()) {
                switch (parts.store().claim(transaction.handle(), operation.id())) {
                    case Claimed.Free ignored -> {
                        return new Conclusion.NotCommitted(lost, true);
                    }
                    case Claimed.Existing existing -> {
                        return new Conclusion.Answered(answer(existing));
                    }
                    case Claimed.Busy ignored -> {
                        // The old session lives on for a while.
                    }
                }
            } catch (StoreException e) {
                // Still down.
            }
            if (!parts.pauses().pause(attempt)) {
                break;
            }
        }
        return new Conclusion.Answered(parts.replies().inProgress(operation.id(), started));
    }

    /** There is a record: ours, most probably, and otherwise that of another request which was faster afterwards. */
    private Answer answer(Claimed.Existing existing) {
        boolean ours = existing.record().state() instanceof Completed completed
                && completed.response().equals(answered.keptBy(operation.policy()));
        return ours
                ? parts.replies().executed(operation, answered, started)
                : parts.replies().of(operation, existing.record(), existing.now(), started);
    }
}
