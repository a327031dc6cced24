package dev.reprise.outbox;

/** The state of an operation. */
public enum OutboxState {
    /** It is being sent until there is a definitive answer. */
    PENDING,
    /** The server executed it; its answer is kept. */
    DELIVERED,
    /** The server refused it; its answer is kept. */
    REFUSED,
    /**
     * Nobody can tell what happened, or its time is over: it is not sent again until somebody decides. See {@link
     * Outbox#retry} and {@link Outbox#resolve}.
     */
    PARKED,
    /** It was parked, and somebody found out what happened. */
    RESOLVED
}
