package dev.reprise.conformance.wire;

/** How a request ended. */
public sealed interface WireAttempt {
    /**
     * There was a whole response.
     *
     * @param response what came
     */
    record Answered(WireResponse response) implements WireAttempt {}

    /**
     * There was none.
     *
     * @param failure the kind of failure
     * @param detail what happened, in a sentence
     */
    record Failed(Failure failure, String detail) implements WireAttempt {}

    /** What can stand between a request and its response. */
    enum Failure {
        /** No connection. */
        UNREACHABLE,
        /** No trust, or no TLS on the other side. */
        TLS,
        /** The other side does not speak HTTP/1.1. */
        NOT_HTTP,
        /** The response was not complete in time. */
        TIMEOUT,
        /** The response is longer than the checker reads. */
        TOO_LONG,
        /** The connection ended before the response did. */
        BROKEN
    }
}
