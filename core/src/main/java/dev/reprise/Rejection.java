package dev.reprise;

/** Why a request gets neither executed nor replayed. */
public enum Rejection {
    /** The operation is running, here or elsewhere, or its record is not yet durable (S8). */
    IN_PROGRESS,
    /** The key was used for another request (S9). */
    PAYLOAD_MISMATCH,
    /** Nobody can tell whether the operation happened; an operator has to resolve it (S15). */
    OUTCOME_UNKNOWN,
    /** The operation is finished and its route does not replay (S25). */
    ALREADY_HANDLED,
    /** The store did not answer, so nothing was executed (S22). */
    STORE_UNAVAILABLE
}
