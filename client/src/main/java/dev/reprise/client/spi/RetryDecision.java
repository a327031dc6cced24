package dev.reprise.client.spi;

/**
 * What follows from one attempt.
 *
 * @param next whether another one makes sense
 * @param evidence what it says about the effect
 */
public record RetryDecision(Next next, Evidence evidence) {
    /** What to do after an attempt, if time and budget allow. */
    public enum Next {
        /** This is how the call ends. */
        STOP,
        /** It failed; the next attempt may not. Costs a token of the budget. */
        RETRY,
        /** The operation is in progress; asking again gets its answer. Costs nothing, as the server is well. */
        ASK_AGAIN
    }
}
