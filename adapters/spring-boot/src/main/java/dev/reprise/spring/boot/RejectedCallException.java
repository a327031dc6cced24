package dev.reprise.spring.boot;

import dev.reprise.IdempotencyException;
import dev.reprise.Rejection;
import java.io.Serial;
import java.time.Duration;

/**
 * A method with {@link Idempotent} was not executed for this caller, and there is no result for it (S10). {@link #reason} says why, and
 * so whether to call again.
 */
public final class RejectedCallException extends IdempotencyException {
    @Serial
    private static final long serialVersionUID = 1;

    private final Rejection reason;
    private final Duration retryAfter;

    RejectedCallException(String call, Rejection reason, Duration retryAfter) {
        super(text(call, reason), null);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    private static String text(String call, Rejection reason) {
        return switch (reason) {
            case IN_PROGRESS -> call + " is in progress. Call again later with the same key.";
            case PAYLOAD_MISMATCH ->
                call + " was called with another payload before. Use a new key for a new operation.";
            case OUTCOME_UNKNOWN ->
                call
                        + " started, and nobody can tell whether it took effect. Find out what happened, and resolve or release it.";
            case ALREADY_HANDLED -> call + " was executed before, and its result is not kept.";
            case STORE_UNAVAILABLE ->
                call
                        + " was not executed, as its record can be neither read nor written. Call again later with the same key.";
        };
    }

    /** Why it was not executed. */
    public Rejection reason() {
        return reason;
    }

    /** When it makes sense to call again, zero if it does not. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
