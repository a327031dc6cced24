package dev.reprise;

/** Why a request is neither executed nor replayed. */
public enum Rejection {
    /** The operation is running, here or elsewhere, or its record is not yet durable (S8). */
    IN_PROGRESS,
    /** The key was used for another request (S9). */
    PAYLOAD_MISMATCH,
    /** Nobody can tell whether the operation happened; a reconciler or an operator has to find out (S15, S33). */
    OUTCOME_UNKNOWN,
    /** The operation is finished and its route does not replay (S25). */
    ALREADY_HANDLED,
    /** The store did not answer, so nothing was executed (S22). */
    STORE_UNAVAILABLE
}
