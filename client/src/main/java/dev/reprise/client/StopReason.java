package dev.reprise.client;

/** Why there was no further attempt. */
public enum StopReason {
    /** The server gave its answer, or failed in a way that another attempt would not change. */
    FINAL("this cannot be retried"),
    /** The body cannot be sent twice. */
    UNREPEATABLE_BODY("the body of the request cannot be sent twice; see RepeatableBody"),
    /** The policy allows no more attempts. */
    ATTEMPTS("the policy allows no more attempts"),
    /** The next attempt would have begun after the deadline. */
    DEADLINE("there is no time for another attempt before the deadline"),
    /** The host has used up its retry budget. */
    BUDGET("the retry budget of the host is used up"),
    /** The server may have forgotten the key by then, and would execute the request again (C7). */
    RETENTION("the server may have forgotten the key by then; ask it what happened"),
    /** The client was closed, or the call was cancelled. */
    CLOSED("the client was closed or the call cancelled"),
    /** No key could be fetched, so nothing was sent. */
    NO_KEY("no idempotency key could be had");

    private final String reason;

    StopReason(String reason) {
        this.reason = reason;
    }

    /** The reason in words, as the end of a sentence. */
    String reason() {
        return reason;
    }
}
