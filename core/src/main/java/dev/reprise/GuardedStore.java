package dev.reprise;

import dev.reprise.internal.Failures;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.AsyncOperationStore;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The store as the engine calls it: whatever it throws comes out as a {@link StoreException}, errors included. After any of
 * them the same has to be done, because nobody knows whether the call happened.
 */
final class GuardedStore {
    private static final Logger LOG = System.getLogger(GuardedStore.class.getName());

    private final OperationStore store;
    /** The same store, if it tells when it is done. */
    private final @Nullable AsyncOperationStore async;

    GuardedStore(OperationStore store) {
        this.store = store;
        this.async = store instanceof AsyncOperationStore telling ? telling : null;
    }

    /** Whether {@link #acquireAsync} and {@link #completeAsync} may be called. */
    boolean isAsync() {
        return async != null;
    }

    /** Completes with what returns the acquisition or throws as {@link #acquire} does; never fails. */
    CompletionStage<Supplier<Acquisition>> acquireAsync(Claim claim) {
        return told(() -> requireAsync().acquireAsync(claim));
    }

    /** Completes with what returns the status or throws as {@link #complete} does; never fails. */
    CompletionStage<Supplier<LeaseStatus>> completeAsync(Lease lease, Response response, Duration retention) {
        return told(() -> requireAsync().completeAsync(lease, response, retention));
    }

    private AsyncOperationStore requireAsync() {
        if (async == null) {
            throw new IllegalStateException("The store only answers callers that wait");
        }
        return async;
    }

    private static <T> CompletionStage<Supplier<T>> told(Supplier<CompletionStage<T>> call) {
        CompletionStage<T> stage;
        try {
            stage = Objects.requireNonNull(call.get(), "A store's stage");
        } catch (RuntimeException | Error e) {
            stage = CompletableFuture.failedFuture(e);
        }
        return stage.handle((result, failure) -> failure == null ? () -> result : failed(failure));
    }

    private static <T> Supplier<T> failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        StoreException known = unchecked(cause);
        return () -> {
            throw known;
        };
    }

    Acquisition acquire(Claim claim) {
        return guarded(() -> store.acquire(claim));
    }

    boolean withdraw(Claim claim) {
        return guarded(() -> store.withdraw(claim));
    }

    LeaseStatus renew(Lease lease) {
        return guarded(() -> store.renew(lease));
    }

    LeaseStatus complete(Lease lease, Response response, Duration retention) {
        return guarded(() -> store.complete(lease, response, retention));
    }

    LeaseStatus release(Lease lease) {
        return guarded(() -> store.release(lease));
    }

    LeaseStatus park(Lease lease, String reason) {
        return guarded(() -> store.park(lease, reason));
    }

    boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
        return guarded(() -> store.parkAbandoned(id, token, reason));
    }

    boolean startReconciling(OperationId id, FencingToken token, Duration turn) {
        return guarded(() -> store.startReconciling(id, token, turn));
    }

    Optional<OperationRecord> find(OperationId id) {
        return guarded(() -> store.find(id));
    }

    int purgeExpired(int limit) {
        return guarded(() -> store.purgeExpired(limit));
    }

    void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException {
        try {
            store.awaitChange(id, token, atMost);
        } catch (RuntimeException | Error e) {
            throw unchecked(e);
        }
    }

    List<String> problems() {
        return store.problems();
    }

    private static <T> T guarded(Supplier<T> call) {
        try {
            return call.get();
        } catch (RuntimeException | Error e) {
            throw unchecked(e);
        }
    }

    private static StoreException unchecked(Throwable thrown) {
        if (thrown instanceof StoreException expected) {
            return expected;
        }
        Failures.log(LOG, Level.ERROR, "The store failed in a way that it does not foresee", "", thrown);
        return new StoreException("The store failed: " + Failures.text(thrown), thrown);
    }
}
