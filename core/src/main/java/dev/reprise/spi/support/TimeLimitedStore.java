package dev.reprise.spi.support;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreCapability;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Wraps a store whose calls could take for ever, and answers or fails within a time limit (S22).
 *
 * <p>Each call runs on a virtual thread of its own, which is left behind when the limit is over, up to 10,000 of them. A
 * write that is left behind may still land; to the engine that is the same as a lost acknowledgement. Thread-safe.
 */
public final class TimeLimitedStore implements OperationStore {
    private static final int MAX_CALLS = 10_000;

    private final OperationStore store;
    private final Duration limit;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore places = new Semaphore(MAX_CALLS);

    /** A store in front of the given one, which it closes when it is closed itself. */
    public TimeLimitedStore(OperationStore store, Duration limit) {
        this.store = store;
        this.limit = limit;
    }

    private <T> T call(Supplier<T> method) {
        if (!places.tryAcquire()) {
            throw new StoreException(MAX_CALLS + " calls wait for the store already", null);
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try {
                    answer.complete(method.get());
                } catch (Throwable e) {
                    answer.completeExceptionally(e);
                } finally {
                    places.release();
                }
            });
        } catch (RejectedExecutionException e) {
            places.release();
            throw StoreException.nothingDone("The store is closed", e);
        }
        try {
            return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new StoreException("The store did not answer within " + limit.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while waiting for the store", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException failure) {
                throw failure;
            }
            throw new StoreException("The store failed unexpectedly: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public Set<StoreCapability> capabilities() {
        return store.capabilities();
    }

    @Override
    public Acquisition acquire(Claim claim) {
        return call(() -> store.acquire(claim));
    }

    @Override
    public boolean withdraw(Claim claim) {
        return call(() -> store.withdraw(claim));
    }

    @Override
    public LeaseStatus renew(Lease lease) {
        return call(() -> store.renew(lease));
    }

    @Override
    public LeaseStatus complete(Lease lease, Response response, Duration retention) {
        return call(() -> store.complete(lease, response, retention));
    }

    @Override
    public LeaseStatus release(Lease lease) {
        return call(() -> store.release(lease));
    }

    @Override
    public LeaseStatus park(Lease lease, String reason) {
        return call(() -> store.park(lease, reason));
    }

    @Override
    public boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
        return call(() -> store.parkAbandoned(id, token, reason));
    }

    @Override
    public boolean startReconciling(OperationId id, FencingToken token, Duration turn) {
        return call(() -> store.startReconciling(id, token, turn));
    }

    @Override
    public boolean eraseAnswer(OperationId id, FencingToken token) {
        return call(() -> store.eraseAnswer(id, token));
    }

    @Override
    public Optional<OperationRecord> find(OperationId id) {
        return call(() -> store.find(id));
    }

    @Override
    public OperationQuery.Page<OperationRecord> list(OperationQuery query) {
        return call(() -> store.list(query));
    }

    @Override
    public int purgeExpired(int batch) {
        return call(() -> store.purgeExpired(batch));
    }

    /** Bounded by its own argument. */
    @Override
    public void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException {
        store.awaitChange(id, token, atMost);
    }

    @Override
    public List<String> problems() {
        return store.problems();
    }

    @Override
    public void close() {
        executor.shutdownNow();
        store.close();
    }
}
