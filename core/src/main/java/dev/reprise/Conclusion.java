package dev.reprise;

import dev.reprise.spi.StoreException;

/** How an execution in a transaction ended. */
sealed interface Conclusion {
    /** The caller's answer is known. */
    record Answered(Answer answer) implements Conclusion {}

    /**
     * Nothing was committed, for certain, although the handler had answered.
     *
     * @param failure why
     * @param retry whether the handler is worth running again
     */
    record NotCommitted(StoreException failure, boolean retry) implements Conclusion {}
}
