package dev.reprise.console.operations;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.Response;
import dev.reprise.spi.ResumableStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an operator sees of operations and does to them. Thread-safe; calls block.
 *
 * <p>An operation is ended only in the state in which it was seen: the call names the fencing token that the listing
 * showed, and whoever owned the operation until then is fenced off (S27).
 */
public interface Operations extends AutoCloseable {
    /** How an attempt to end an operation went. */
    enum Ending {
        /** It is ended as asked. */
        ENDED,
        /** It is not there, or not as it was seen any more; nothing was changed. */
        CHANGED,
        /** Its owner is alive and working on it; nothing was changed. */
        RUNNING,
        /** It is finished, and finished records are never changed. */
        FINISHED
    }

    /**
     * The operations that the filter asks for, up to its limit.
     *
     * @throws IllegalArgumentException if the store does not know the place where the listing is to go on
     */
    OperationListing list(OperationFilter filter);

    /** Makes the key of an unknown or abandoned operation new, so that the next request with it executes. */
    Ending release(OperationId id, FencingToken seen, Initiator who);

    /**
     * Does that with several operations of one handler, each as it was seen.
     *
     * @param came told how each attempt went, at once, so that it is known of those before a failure
     */
    default void release(List<OperationView> seen, Initiator who, Consumer<Ending> came) {
        seen.forEach(one -> came.accept(release(one.id(), one.seen(), who)));
    }

    /** Records the response that retries of an unknown or abandoned operation get from now on. */
    Ending resolve(OperationId id, FencingToken seen, Response response, Initiator who);

    /** Does that with several operations of one handler, as {@link #release(List, Initiator, Consumer)} does. */
    default void resolve(List<OperationView> seen, Response response, Initiator who, Consumer<Ending> came) {
        seen.forEach(one -> came.accept(resolve(one.id(), one.seen(), response, who)));
    }

    /**
     * Erases the answers of finished operations but for their status (S36).
     *
     * @return how many are erased now; the others are not there any more
     */
    long eraseAnswers(List<OperationView> seen, Initiator who);

    /** Whether somebody can be asked what happened to the operation, as far as that is known here. Default: nobody can be. */
    default boolean hasReconciler(OperationId id) {
        return false;
    }

    /** Has somebody asked now what happened to an unknown operation, and what is found written down (S33). Default: nobody can be. */
    default ReconcileOutcome reconcile(OperationId id, FencingToken seen, Initiator who) {
        return new ReconcileOutcome(ReconcileOutcome.Kind.NOBODY_TO_ASK, "");
    }

    /** Deletes expired records now, and returns how many. */
    long purge(Initiator who);

    /** Where operations that are carried through in steps are found and changed; empty where there can be none. */
    default Optional<ResumableStore<?>> resumable() {
        return Optional.empty();
    }

    @Override
    void close();
}
