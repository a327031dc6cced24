package dev.reprise.client;

/**
 * Changes which attempts are followed by another one. Called for each attempt, on the thread where it ended; must not
 * block.
 */
@FunctionalInterface
public interface RetryRule {
    /**
     * Decides about one attempt.
     *
     * @param usual what rule C2 decides
     * @param asked the request
     * @param result what became of it
     */
    RetryDecision judge(RetryDecision usual, RequestTraits asked, AttemptResult result);

    /** Follows rule C2. */
    static RetryRule usual() {
        return (usual, asked, result) -> usual;
    }
}
