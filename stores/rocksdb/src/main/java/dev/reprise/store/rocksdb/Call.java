package dev.reprise.store.rocksdb;

import dev.reprise.spi.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A call whose caller waits while threads of the store work on it. Answered once; later answers are ignored.
 *
 * @param <R> what the caller gets
 */
class Call<R> implements Stage.Task {
    private final CompletableFuture<R> answer = new CompletableFuture<>();
    private final long startedNanos = System.nanoTime();

    final long startedNanos() {
        return startedNanos;
    }

    final boolean isAnswered() {
        return answer.isDone();
    }

    final void answer(R result) {
        answer.complete(result);
    }

    @Override
    public final void fail(Throwable failure) {
        answer.completeExceptionally(failure);
    }

    /**
     * Waits for the answer.
     *
     * @throws StoreException if the call failed or the caller was interrupted
     */
    final R await() {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while waiting for the store", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException failure) {
                throw failure;
            }
            throw new StoreException("The store failed: " + e.getCause(), e.getCause());
        }
    }
}
