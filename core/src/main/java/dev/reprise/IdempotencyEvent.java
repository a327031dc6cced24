package dev.reprise;

import java.time.Duration;

/** Something that happened to an operation. */
public sealed interface IdempotencyEvent {
    /** Which operation. */
    OperationId id();

    /** The time from the request to this event, the store's time and any waiting included. */
    Duration duration();

    /** The handler ran and its answer is recorded. */
    record Executed(OperationId id, Duration duration, int status) implements IdempotencyEvent {}

    /** The handler had no effect and the key is free again. */
    record Released(OperationId id, Duration duration, int status) implements IdempotencyEvent {}

    /** A retry got the recorded response. */
    record Replayed(OperationId id, Duration duration) implements IdempotencyEvent {}

    /** A request was refused because the operation is running or its record is not yet durable. */
    record InProgress(OperationId id, Duration duration) implements IdempotencyEvent {}

    /** A request was refused because its key was used for another request. */
    record Mismatch(OperationId id, Duration duration) implements IdempotencyEvent {}

    /** A retry was refused because the operation is finished and its route does not replay. */
    record AlreadyHandled(OperationId id, Duration duration) implements IdempotencyEvent {}

    /** An abandoned operation changed owner and is executed again. */
    record TakenOver(OperationId id, Duration duration, int attempt) implements IdempotencyEvent {}

    /** An owner found that it no longer owned the operation. */
    record LeaseLost(OperationId id, Duration duration) implements IdempotencyEvent {}

    /** A handler has run for longer than its policy allows, so its lease is not renewed any more. */
    record RanTooLong(OperationId id, Duration duration) implements IdempotencyEvent {}

    /**
     * Nobody can tell whether the operation happened. Sent when that is found out, and for each retry refused since.
     */
    record OutcomeUnknown(OperationId id, Duration duration, String reason) implements IdempotencyEvent {}

    /** A {@link Reconciler} was asked what happened to an operation whose outcome is unknown. */
    record Reconciled(OperationId id, Duration duration, Reconciler.Finding finding) implements IdempotencyEvent {}

    /** A call to the store failed or took too long. */
    record StoreFailed(OperationId id, Duration duration, IdempotencyException failure) implements IdempotencyEvent {}
}
