package dev.reprise;

import java.time.Duration;
import java.time.Instant;

/**
 * Finds out what happened to an operation whose outcome is unknown, by asking a system that knows, such as the ledger
 * or the service that was called (S33).
 *
 * <p>Called in the background when an operation becomes unknown and when a retry meets one, and for whoever asks {@link
 * OnDemand}; for each operation, by one engine at a time. It may take ten seconds; after that another engine may ask too, so asking twice must be harmless.
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

    /**
     * Has reconcilers asked about single operations for whoever wants to know now, besides what the engine does by itself. It keeps to
     * the same turns. Thread-safe; calls block.
     */
    interface OnDemand {
        /** Nobody is ever asked. */
        static OnDemand none() {
            return new OnDemand() {
                @Override
                public boolean covers(OperationId id) {
                    return false;
                }

                @Override
                public Attempt reconcile(OperationId id, FencingToken seen) {
                    return new Attempt.NobodyToAsk();
                }
            };
        }

        /** Whether there is a reconciler for the operation. */
        boolean covers(OperationId id);

        /**
         * Asks what happened to an unknown operation, once, and writes down what is found. Takes as long as the reconciler does. What
         * is not known is asked again in the background, as after a retry.
         *
         * @param seen the fencing token under which the operation was seen
         * @throws IdempotencyException if the store does not answer, and so nobody was asked
         */
        Attempt reconcile(OperationId id, FencingToken seen);
    }

    /** What came of an attempt to find out. */
    sealed interface Attempt {
        /**
         * It was asked. What it found is written down; what is not known stays unknown.
         *
         * @param finding what it found
         */
        record Found(Finding finding) implements Attempt {}

        /**
         * It was asked, and what it found is not written down: somebody else has ended the operation meanwhile, or the store did not
         * answer.
         *
         * @param finding what it found
         */
        record NotWritten(Finding finding) implements Attempt {}

        /**
         * It was not asked: somebody is asking, or has asked lately.
         *
         * @param until when their turn is over, by the store's clock
         */
        record OthersTurn(Instant until) implements Attempt {}

        /** It was not asked: the operation is not there, or not unknown under the token any more. */
        record Changed() implements Attempt {}

        /** There is no reconciler for the operation. */
        record NobodyToAsk() implements Attempt {}
    }
}
