package dev.reprise;

import dev.reprise.IdempotencyEvent.AlreadyHandled;
import dev.reprise.IdempotencyEvent.InProgress;
import dev.reprise.IdempotencyEvent.Mismatch;
import dev.reprise.IdempotencyEvent.OutcomeUnknown;
import dev.reprise.IdempotencyEvent.Replayed;
import dev.reprise.IdempotencyEvent.StoreFailed;
import dev.reprise.OperationState.Completed;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.time.Instant;

/** What a caller is told instead of being executed, and the event that goes with it. */
final class Replies {
    /** When a refused caller may ask again. */
    private static final Duration RETRY_SOON = Duration.ofSeconds(1);

    private final Events events;

    Replies(Events events) {
        this.events = events;
    }

    Answer mismatch(OperationId id, long started) {
        events.tell(() -> new Mismatch(id, events.since(started)));
        return new Answer.Reject(Rejection.PAYLOAD_MISMATCH, Duration.ZERO);
    }

    /** @param now the time of the store's clock */
    Answer finished(Operation operation, Completed completed, Instant now, long started) {
        if (operation.policy().duplicates() == OperationPolicy.Duplicates.REJECT) {
            events.tell(() -> new AlreadyHandled(operation.id(), events.since(started)));
            return new Answer.Reject(Rejection.ALREADY_HANDLED, Duration.ZERO);
        }
        events.tell(() -> new Replayed(operation.id(), events.since(started)));
        return new Answer.Replay(completed.response(), Duration.between(now, completed.expiresAt()));
    }

    Answer unknown(OperationId id, String reason, long started) {
        events.tell(() -> new OutcomeUnknown(id, events.since(started), reason));
        return new Answer.Reject(Rejection.OUTCOME_UNKNOWN, Duration.ZERO);
    }

    Answer inProgress(OperationId id, long started) {
        events.tell(() -> new InProgress(id, events.since(started)));
        return new Answer.Reject(Rejection.IN_PROGRESS, RETRY_SOON);
    }

    /** Nothing was executed for this caller. */
    Answer storeFailed(OperationId id, StoreException failure, long started) {
        events.tell(() -> new StoreFailed(id, events.since(started), failure));
        return new Answer.Reject(Rejection.STORE_UNAVAILABLE, RETRY_SOON);
    }
}
