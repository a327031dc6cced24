package dev.reprise.client;

/** What a caller can rely on when a call has ended (C8). */
public enum Certainty {
    /** The server executed the operation, and this is its answer. */
    HAPPENED,
    /** The server refused the operation, in this attempt and in all before. */
    REFUSED,
    /** No attempt reached the server, or all that did were turned away unexecuted. */
    DID_NOT_HAPPEN,
    /** At least one attempt may have been executed. The same key, sent again, still has one effect. */
    MAY_HAVE_HAPPENED
}
