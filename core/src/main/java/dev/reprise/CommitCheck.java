package dev.reprise;

import dev.reprise.OperationState.Completed;
import dev.reprise.internal.Events;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore.Claimed;

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
            try {
                switch (parts.store().look(operation.id())) {
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

    /**
     * What a failed commit comes to.
     *
     * @throws TransactionalEngine.CommitRefusedException if the database refuses the work itself
     */
    Conclusion failed(StoreException failure) {
        return switch (parts.store().diagnose(failure)) {
            case RETRY -> new Conclusion.NotCommitted(failure, true);
            case OTHER -> new Conclusion.NotCommitted(failure, false);
            case UNKNOWN -> findOut(failure);
            case REFUSED -> {
                parts.replies().storeFailed(operation.id(), failure, started);
                throw new TransactionalEngine.CommitRefusedException(operation.id(), failure);
            }
        };
    }

    /**
     * The caller's answer if the handler does not run again. A transaction that could be repeated has lost against
     * another one, which may have recorded the operation: then the answer comes from that record.
     */
    Answer notCommitted(Conclusion.NotCommitted end) {
        Answer unavailable = parts.replies().storeFailed(operation.id(), end.failure(), started);
        if (!end.retry()) {
            return unavailable;
        }
        try {
            return switch (parts.store().look(operation.id())) {
                case Claimed.Free ignored -> unavailable;
                case Claimed.Busy ignored -> parts.replies().inProgress(operation.id(), started);
                case Claimed.Existing existing ->
                    parts.replies().of(operation, existing.record(), existing.now(), started);
            };
        } catch (StoreException e) {
            return parts.replies().inProgress(operation.id(), started);
        }
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
