package dev.reprise.grpc;

import dev.reprise.Rejection;
import dev.reprise.http.ProblemType;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;

/**
 * An answer that no handler made: nothing was executed for this call, and nothing was recorded (S10).
 *
 * @param status its code and its words
 * @param problem what is the matter; the metadata {@code idempotency-problem} names its type (S24)
 * @param pushback when to retry with the same key, in milliseconds; negative for never. Clients of gRPC obey it
 */
record Refusal(Status status, ProblemType problem, long pushback) {
    static final Metadata.Key<String> PUSHBACK = MetadataFields.text("grpc-retry-pushback-ms");
    static final Metadata.Key<String> PROBLEM = MetadataFields.text("idempotency-problem");

    private static final long NEVER = -1;

    /** The refusal of a call that must not be repeated as it is. */
    static Refusal forGood(Status.Code code, ProblemType problem, String detail) {
        return new Refusal(code.toStatus().withDescription(detail), problem, NEVER);
    }

    /** What the engine's rejection of a call comes to. */
    static Refusal of(Rejection rejection, Duration retryAfter, String key, String method) {
        ProblemType problem = ProblemType.of(rejection);
        return switch (rejection) {
            // Not ABORTED: that code tells callers to begin anew, which means with another key.
            case IN_PROGRESS ->
                later(
                        problem,
                        retryAfter,
                        "The first call with the key " + key + " is not finished. Ask again later with the same key.");
            case STORE_UNAVAILABLE ->
                later(
                        problem,
                        retryAfter,
                        "The record of the key " + key + " cannot be read or written at the moment, so nothing was "
                                + "executed. Ask again later with the same key.");
            case PAYLOAD_MISMATCH ->
                forGood(
                        Status.Code.INVALID_ARGUMENT,
                        problem,
                        "The key " + key + " belongs to a different call of " + method
                                + ". Repeat that call unchanged, or use a new key for a new operation.");
            case OUTCOME_UNKNOWN ->
                forGood(
                        Status.Code.FAILED_PRECONDITION,
                        problem,
                        "The operation with the key " + key + " started and nobody can tell whether it took effect. It "
                                + "is not executed again; find out what happened before you use a new key.");
            case ALREADY_HANDLED ->
                forGood(
                        Status.Code.ALREADY_EXISTS,
                        problem,
                        "The operation with the key " + key + " was handled. This method does not repeat its answer.");
        };
    }

    private static Refusal later(ProblemType problem, Duration retryAfter, String detail) {
        return new Refusal(Status.UNAVAILABLE.withDescription(detail), problem, retryAfter.toMillis());
    }

    /** Ends the call, to which nothing has been sent. */
    void answer(ServerCall<?, ?> call) {
        Metadata trailers = new Metadata();
        trailers.put(PROBLEM, problem.type());
        trailers.put(PUSHBACK, Long.toString(pushback));
        call.close(status, trailers);
    }
}
