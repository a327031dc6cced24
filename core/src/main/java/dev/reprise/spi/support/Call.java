package dev.reprise.spi.support;

import dev.reprise.spi.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A call whose caller waits while threads of the store work on it. Answered once; later answers are ignored.
 * Thread-safe.
 *
 * @param <R> what the caller gets
 */
public class Call<R> implements Stage.Task {
    private final CompletableFuture<R> answer = new CompletableFuture<>();
    private final long startedNanos = System.nanoTime();

    /** Creates a call that waits from now on. */
    public Call() {}

    final long startedNanos() {
        return startedNanos;
    }

    /** Whether it was answered or has failed. */
    public final boolean isAnswered() {
        return answer.isDone();
    }

    /** Gives the caller the result, unless the call was answered or has failed before. */
    public final void answer(R result) {
        answer.complete(result);
    }

    /** Fails the call, unless it was answered or has failed before. Also called when its {@link TimeLimit} has passed. */
    @Override
    public void fail(Throwable failure) {
        answer.completeExceptionally(failure);
    }

    /**
     * Waits for the answer.
     *
     * @throws StoreException if the call failed or the caller was interrupted
     */
    public final R await() {
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
