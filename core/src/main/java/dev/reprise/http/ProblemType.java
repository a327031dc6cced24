package dev.reprise.http;

import dev.reprise.Rejection;
import java.time.Duration;

/**
 * The errors that Reprise sends itself, each with a stable type and a page in {@code docs/problems/README.md} (S24).
 */
public enum ProblemType {
    /** The route demands a key and the request has none (S4). */
    MISSING_KEY(400, "missing-key", "An idempotency key is required"),
    /** The key is malformed, given twice, or not one that the server has issued (S2, S3, S6). */
    INVALID_KEY(400, "invalid-key", "The idempotency key is not valid"),
    /** The operation is running, or its record is not yet durable (S8). */
    IN_PROGRESS(409, "in-progress", "The operation is in progress"),
    /** The key was used for another request (S9). */
    PAYLOAD_MISMATCH(422, "payload-mismatch", "The idempotency key was used for another request"),
    /** Nobody can tell whether the operation happened (S15). */
    OUTCOME_UNKNOWN(409, "outcome-unknown", "The outcome of the operation is unknown"),
    /** The handler failed or its work was rolled back, and the key is free: the same request executes again (S15). */
    NOT_FINISHED(500, "not-finished", "The operation did not finish"),
    /** The operation is finished and is not replayed (S25). */
    ALREADY_HANDLED(409, "already-handled", "The operation was handled already"),
    /** There is no operation of that caller and key, or not any more (P11). */
    NO_SUCH_OPERATION(404, "no-such-operation", "There is no such operation"),
    /** The store does not answer, so nothing was executed (S22). */
    STORE_UNAVAILABLE(503, "store-unavailable", "The operation cannot be protected at the moment"),
    /** The request is not what HTTP allows, so it goes nowhere. */
    MALFORMED_REQUEST(400, "malformed-request", "The request is malformed"),
    /** The path can be read in more than one way, and one of them is protected ({@link PathReading}). */
    AMBIGUOUS_PATH(422, "ambiguous-path", "The path can be read in more than one way"),
    /** The request is larger than the route accepts. */
    REQUEST_TOO_LARGE(413, "request-too-large", "The request is too large"),
    /** The request does not come as fast as every caller has to send it, so it was not executed. */
    REQUEST_TIMEOUT(408, "request-timeout", "The request took too long to come"),
    /** The request was first sent before everything that is still remembered ({@link Profile#OASIS}). */
    FIRST_SENT_TOO_LONG_AGO(412, "first-sent-too-long-ago", "The request was first sent too long ago"),
    /** The request asks for a protection that its endpoint does not offer ({@link Profile#OASIS}). */
    NOT_REPEATABLE(501, "not-repeatable", "Requests like this one are not repeatable"),
    /** A service that is needed was not reached or did not answer; the status and the detail say what that means. */
    UPSTREAM_UNAVAILABLE(502, "upstream-unavailable", "The service is not available");

    /** What kind of error it is, in words that clients of many APIs sort errors by. */
    enum Category {
        /** The request cannot be served as it is. */
        INVALID_REQUEST,
        /** It is about the key and the operation that it names. */
        IDEMPOTENCY,
        /** Somebody on the way to the answer failed. */
        SERVER;

        /** As Stripe's clients and many others know it. */
        String text() {
            return switch (this) {
                case INVALID_REQUEST -> "invalid_request_error";
                case IDEMPOTENCY -> "idempotency_error";
                case SERVER -> "api_error";
            };
        }
    }

    private static final String TYPES = "https://reprise.dev/problems/";

    private final int status;
    private final String type;
    private final String title;

    ProblemType(int status, String name, String title) {
        this.status = status;
        this.type = TYPES + name;
        this.title = title;
    }

    /** The problem for an engine's rejection. */
    public static ProblemType of(Rejection rejection) {
        return switch (rejection) {
            case IN_PROGRESS -> IN_PROGRESS;
            case PAYLOAD_MISMATCH -> PAYLOAD_MISMATCH;
            case OUTCOME_UNKNOWN -> OUTCOME_UNKNOWN;
            case ALREADY_HANDLED -> ALREADY_HANDLED;
            case STORE_UNAVAILABLE -> STORE_UNAVAILABLE;
        };
    }

    /** The usual status. */
    public int status() {
        return status;
    }

    /** The URI that identifies this problem in documents and, by default, documents it. */
    public String type() {
        return type;
    }

    /** What happened, in a few words that are always the same. */
    public String title() {
        return title;
    }

    /** The end of {@link #type}, in the way in which most APIs write their error codes: {@code payload_mismatch}. */
    String code() {
        return type.substring(TYPES.length()).replace('-', '_');
    }

    Category category() {
        return switch (this) {
            case MISSING_KEY,
                    INVALID_KEY,
                    MALFORMED_REQUEST,
                    AMBIGUOUS_PATH,
                    REQUEST_TOO_LARGE,
                    FIRST_SENT_TOO_LONG_AGO,
                    NOT_REPEATABLE,
                    NO_SUCH_OPERATION -> Category.INVALID_REQUEST;
            case IN_PROGRESS, PAYLOAD_MISMATCH, OUTCOME_UNKNOWN, ALREADY_HANDLED -> Category.IDEMPOTENCY;
            case NOT_FINISHED, STORE_UNAVAILABLE, REQUEST_TIMEOUT, UPSTREAM_UNAVAILABLE -> Category.SERVER;
        };
    }

    /** Whether the same request may get another answer later, without anybody's help. */
    boolean isWorthRetrying() {
        return this == IN_PROGRESS || category() == Category.SERVER;
    }

    /** A refusal because of this problem, with the usual status. */
    public ProblemDetails refusal(String detail) {
        return new ProblemDetails(this, status, detail, Duration.ZERO);
    }
}
