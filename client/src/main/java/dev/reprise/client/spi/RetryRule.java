package dev.reprise.client.spi;

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
     * @param request the request
     * @param result what became of it
     */
    RetryDecision decide(RetryDecision usual, RequestTraits request, AttemptResult result);

    /** Follows rule C2. */
    static RetryRule usual() {
        return (usual, request, result) -> usual;
    }
}
