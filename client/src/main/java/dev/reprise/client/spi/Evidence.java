package dev.reprise.client.spi;

/** What one attempt says about the effect of the operation. */
public enum Evidence {
    /** The operation was executed, in this attempt or in an earlier one. */
    HAPPENED,
    /** The operation itself was refused. */
    REFUSED,
    /** This attempt was denied before it was executed, which says nothing about earlier ones (C10). */
    DENIED,
    /** This attempt was turned away unexecuted: nothing is wrong with the operation. Says nothing about earlier ones (C10). */
    TURNED_AWAY,
    /** This attempt never reached the server. */
    NOT_SENT,
    /** Nobody can tell. */
    UNKNOWN
}
