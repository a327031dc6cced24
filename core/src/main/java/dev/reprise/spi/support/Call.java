package dev.reprise.spi.support;

import dev.reprise.spi.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A call whose caller waits while threads of the store work on it. Answered once; later answers are ignored.
 * Thread-safe.
 *
 * @param <R> what the caller gets
 */
public class Call<R> implements Stage.Task {
    private final CompletableFuture<Answer<R>> answer = new CompletableFuture<>();
    private final long startedNanos = System.nanoTime();

    /** A result, and what is to be done as soon as somebody has it. */
    private record Answer<R>(R result, Runnable taken) {}

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
        answer(result, () -> {});
    }

    /**
     * The same with a result that is counted until the caller has it.
     *
     * @param taken called once: by the caller when it has the result, or at once if nobody waits for it any more
     */
    public final void answer(R result, Runnable taken) {
        if (!answer.complete(new Answer<>(result, taken))) {
            taken.run();
        }
    }

    /** Fails the call, unless it was answered or has failed before. Also called when its {@link TimeLimit} has passed. */
    @Override
    public void fail(Throwable failure) {
        answer.completeExceptionally(failure);
    }

    /**
     * Tells the answer, or a {@link StoreException} if the call failed, instead of {@link #await}. To be called once. A result that is
     * counted is so until everything that follows the stage at once is done.
     */
    public final CompletionStage<R> toStage() {
        CompletableFuture<R> told = new CompletableFuture<>();
        CompletableFuture<Void> unused = answer.handle((given, failure) -> {
            try {
                if (failure == null) {
                    told.complete(given.result());
                    // What follows has counted it by now, if it counts.
                    given.taken().run();
                } else {
                    told.completeExceptionally(storeFailure(failure));
                }
            } catch (Throwable e) {
                told.completeExceptionally(e);
            }
            return null;
        });
        return told;
    }

    private static StoreException storeFailure(@Nullable Throwable failure) {
        return failure instanceof StoreException known
                ? known
                : new StoreException("The store failed: " + failure, failure);
    }

    /**
     * Waits for the answer. To be called by one caller, once.
     *
     * @throws StoreException if the call failed or the caller was interrupted
     */
    public final R await() {
        try {
            Answer<R> given = answer.get();
            given.taken().run();
            return given.result();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (!answer.completeExceptionally(e)) {
                CompletableFuture<Void> unused =
                        answer.thenAccept(given -> given.taken().run());
            }
            throw new StoreException("Interrupted while waiting for the store", e);
        } catch (ExecutionException e) {
            throw storeFailure(e.getCause());
        }
    }
}
