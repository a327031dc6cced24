package dev.reprise.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * How one client sends a request and looks at its answer: all that {@link Retries#send} needs to know of it. Of one call,
 * and not thread-safe.
 *
 * @param <A> the answers of that client
 */
public interface Transport<A> {
    /**
     * Sends the request, with the URI and the fields of the call, once.
     *
     * @param limit how long it may take
     * @throws IOException if there is no answer
     * @throws ExecutionException if there is none for a reason that another attempt would not change, which is its cause
     */
    A send(RetryCall call, Duration limit) throws IOException, InterruptedException, ExecutionException;

    /** Has the call decide about the answer, by {@link RetryCall#answered}. */
    Verdict judge(RetryCall call, A answer) throws IOException;

    /** Frees an answer that is followed by another attempt. Reads what is left of it only up to a bound. */
    void discard(A answer) throws IOException;

    /** What an exception of {@link #send} means, where the usual exceptions of the JDK do not say it. */
    default AttemptResult failure(IOException failure) {
        return Failures.of(failure);
    }

    /** Told of each wait before it begins; whoever cancels the future ends the call. */
    default void waiting(CompletableFuture<Void> wait) {}
}
