package dev.reprise.encryption;

import dev.reprise.OperationState.Completed;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.AsyncOperationStore;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A {@link SealedStore} that tells when it is done. */
final class SealedAsyncStore extends SealedStore implements AsyncOperationStore {
    private final AsyncOperationStore store;

    SealedAsyncStore(AsyncOperationStore store, Sealer sealer) {
        super(store, sealer);
        this.store = store;
    }

    /** An answer whose data key has to be asked for is opened on a thread of its own. */
    @Override
    public CompletionStage<Acquisition> acquireAsync(Claim claim) {
        return store.acquireAsync(claim).thenCompose(acquisition -> {
            if (opensAtOnce(acquisition)) {
                return CompletableFuture.completedStage(open(acquisition));
            }
            CompletableFuture<Acquisition> opened = new CompletableFuture<>();
            Thread.ofVirtual().name("reprise-data-key").start(() -> {
                try {
                    opened.complete(open(acquisition));
                } catch (Throwable e) {
                    opened.completeExceptionally(e);
                }
            });
            return opened;
        });
    }

    private boolean opensAtOnce(Acquisition acquisition) {
        return !(acquisition instanceof Existing existing && existing.record().state() instanceof Completed completed)
                || sealer.opensAtOnce(
                        existing.record().id(), completed.response().body());
    }

    @Override
    public CompletionStage<LeaseStatus> completeAsync(Lease lease, Response response, Duration retention) {
        Response sealed;
        try {
            sealed = sealer.seal(lease.id(), response);
        } catch (StoreException e) {
            return CompletableFuture.failedStage(e);
        }
        return store.completeAsync(lease, sealed, retention);
    }
}
