package dev.reprise.outbox;

/** How far an operation is. */
public enum OutboxState {
    /** It is sent until there is a definitive answer. */
    PENDING,
    /** The server executed it; its answer is kept. */
    DELIVERED,
    /** The server refused it; its answer is kept. */
    REFUSED,
    /**
     * Nobody can tell, or its time is over: it is not sent again until somebody has looked at it. See {@link Outbox#retry}
     * and {@link Outbox#resolve}.
     */
    PARKED,
    /** It was parked, and somebody has found out what happened. */
    RESOLVED
}
