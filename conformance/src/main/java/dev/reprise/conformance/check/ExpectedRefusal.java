package dev.reprise.conformance.check;

/** Why a server refuses a request because of its key (S24). */
enum ExpectedRefusal {
    /** The endpoint demands a key and there is none. */
    MISSING_KEY("missing-key", 400),
    /** The key is malformed. */
    INVALID_KEY("invalid-key", 400),
    /** The first request with the key is running. */
    IN_PROGRESS("in-progress", 409),
    /** The key belongs to another request. */
    MISMATCH("payload-mismatch", 422),
    /** The operation is finished, and this endpoint does not replay. */
    ALREADY_HANDLED("already-handled", 409);

    private final String problem;
    private final int status;

    ExpectedRefusal(String problem, int status) {
        this.problem = problem;
        this.status = status;
    }

    /** The end of the type of its problem document. */
    String problem() {
        return problem;
    }

    /** The status in the profile {@code ietf}. */
    int status() {
        return status;
    }
}
