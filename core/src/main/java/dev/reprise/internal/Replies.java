package dev.reprise.internal;

import dev.reprise.Answer;
import dev.reprise.IdempotencyEvent.AlreadyHandled;
import dev.reprise.IdempotencyEvent.Executed;
import dev.reprise.IdempotencyEvent.InProgress;
import dev.reprise.IdempotencyEvent.Mismatch;
import dev.reprise.IdempotencyEvent.OutcomeUnknown;
import dev.reprise.IdempotencyEvent.Released;
import dev.reprise.IdempotencyEvent.Replayed;
import dev.reprise.IdempotencyEvent.StoreFailed;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Outcome;
import dev.reprise.Rejection;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.time.Instant;

/** The answers of callers whose request is not executed, and the events that go with them. */
public final class Replies {
    /** When a refused caller may ask again. */
    private static final Duration RETRY_SOON = Duration.ofSeconds(1);

    private final Events events;

    public Replies(Events events) {
        this.events = events;
    }

    /**
     * What a record says to somebody who asks for its operation: a request is held against it before anything else is said
     * (S9).
     *
     * @param now the time of the store's clock
     */
    public Answer of(Operation operation, OperationRecord record, Instant now, long started) {
        if (!operation.fingerprints().matches(record.fingerprint())) {
            return mismatch(operation.id(), started);
        }
        return switch (record.state()) {
            case Completed completed -> finished(operation, completed, now, started);
            case Unknown unknown -> unknown(operation.id(), unknown.reason(), started);
            case Running ignored -> inProgress(operation.id(), started);
        };
    }

    /** The handler's answer is durable and may go out (S19). */
    public Answer executed(Operation operation, Outcome.Answered answered, long started) {
        events.tell(() -> new Executed(
                operation.id(), events.since(started), answered.response().status()));
        return new Answer.Fresh(answered.response(), operation.policy().retention());
    }

    /** The handler had no effect, and the key is free. */
    public Answer released(OperationId id, Outcome outcome, long started) {
        events.tell(
                () -> new Released(id, events.since(started), outcome.response().status()));
        return new Answer.Fresh(outcome.response(), Duration.ZERO);
    }

    public Answer mismatch(OperationId id, long started) {
        events.tell(() -> new Mismatch(id, events.since(started)));
        return new Answer.Reject(Rejection.PAYLOAD_MISMATCH, Duration.ZERO);
    }

    private Answer finished(Operation operation, Completed completed, Instant now, long started) {
        if (operation.policy().duplicates() == OperationPolicy.Duplicates.REJECT) {
            events.tell(() -> new AlreadyHandled(operation.id(), events.since(started)));
            return new Answer.Reject(Rejection.ALREADY_HANDLED, Duration.ZERO);
        }
        events.tell(() -> new Replayed(operation.id(), events.since(started)));
        return new Answer.Replay(completed.response(), Duration.between(now, completed.expiresAt()));
    }

    public Answer unknown(OperationId id, String reason, long started) {
        events.tell(() -> new OutcomeUnknown(id, events.since(started), reason));
        return new Answer.Reject(Rejection.OUTCOME_UNKNOWN, Duration.ZERO);
    }

    public Answer inProgress(OperationId id, long started) {
        events.tell(() -> new InProgress(id, events.since(started)));
        return new Answer.Reject(Rejection.IN_PROGRESS, RETRY_SOON);
    }

    /** Nothing was executed for this caller. */
    public Answer storeFailed(OperationId id, StoreException failure, long started) {
        events.tell(() -> new StoreFailed(id, events.since(started), failure));
        return new Answer.Reject(Rejection.STORE_UNAVAILABLE, RETRY_SOON);
    }
}
