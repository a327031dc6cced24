package dev.reprise.spi;

import dev.reprise.Response;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A store that tells when it is done, so that a first execution occupies no thread that waits for it: the two calls that
 * such an execution makes.
 *
 * <p>Each does what its namesake does, at the same cost to the store. It returns at once, also where the store has no room for a
 * further call at the moment, and it may be called on an event loop, but makes native calls there only if they end at once.
 * The stage fails with a {@link StoreException} where the namesake would throw one. It may be completed on a thread that others
 * need: what follows must not block.
 */
public interface AsyncOperationStore extends OperationStore {
    /** See {@link #acquire}. */
    CompletionStage<Acquisition> acquireAsync(Claim claim);

    /** See {@link #complete}. */
    CompletionStage<LeaseStatus> completeAsync(Lease lease, Response response, Duration retention);
}
