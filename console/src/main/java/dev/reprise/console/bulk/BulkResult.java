package dev.reprise.console.bulk;

/** What came of one of many operations. */
public enum BulkResult {
    /** Its key is new. */
    RELEASED("Released", "The next request with each key executes."),
    /** It happened, and its answer is recorded. */
    EXECUTED("Answered", "They have happened, and retries get their answers from now on."),
    /** It did not happen, and its key is new. */
    NOT_EXECUTED("Did not happen", "The next request with each key executes."),
    /** Whoever was asked does not know. */
    STILL_UNKNOWN("Still unknown", "Nothing was changed, and they are asked about again as after a retry."),
    /** Its retries get the answer that was typed. */
    RESOLVED("Resolved", "Retries get the answer from now on."),
    /** It goes on. */
    RESUMED("Resumed", "The next node that looks goes on with each."),
    /** It goes on from the step. */
    RETRIED("Retried", "The next node that looks goes on with each from the step."),
    /** Nothing was done to it. */
    LEFT("Left as they were", "They had changed, or it could not be done to them.");

    private final String label;
    private final String meaning;

    BulkResult(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /** How many of these there are, in words that their number follows. */
    public String label() {
        return label;
    }

    /** What that means for them. */
    public String meaning() {
        return meaning;
    }
}
