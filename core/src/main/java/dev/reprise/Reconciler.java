package dev.reprise;

import java.time.Duration;

/**
 * Finds out what happened to an operation whose outcome is unknown, by asking a system that knows, such as the ledger
 * or the service that was called (S33).
 *
 * <p>Called in the background when an operation becomes unknown and when a retry meets one; for each operation, by one
 * engine at a time. It may take ten seconds; after that another engine may ask too, so asking twice must be harmless.
 * Must be thread-safe.
 */
@FunctionalInterface
public interface Reconciler {
    /**
     * Asks what happened.
     *
     * @param operation the record in the state {@link OperationState.Unknown}
     * @param unknownFor for how long it has been unknown by the store's clock (S28), so that what was still on its way has had
     *     at least that long to arrive
     * @throws Exception if it cannot ask; counts as {@link Finding.NotKnown}
     */
    Finding reconcile(OperationRecord operation, Duration unknownFor) throws Exception;

    /**
     * What came of {@link #reconcile} is written down, or is not going to be, so whatever is held for it may go. Called once
     * after each call, however that ended. Does nothing unless somebody overrides it.
     */
    default void settled(OperationRecord operation) {}

    /** What was found out. */
    sealed interface Finding {
        /**
         * It happened. From now on retries get the response.
         *
         * @param response what is replayed
         */
        record Happened(Response response) implements Finding {}

        /**
         * It did not happen and never will, so the key is free. Only for when nothing can still be on its way: a
         * service that does not know the operation yet is {@link NotKnown}.
         */
        record DidNotHappen() implements Finding {}

        /**
         * It is not known yet. Asked again later, a few times, with growing pauses.
         *
         * @param reason for the operator
         */
        record NotKnown(String reason) implements Finding {}
    }
}
