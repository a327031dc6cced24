package dev.reprise.client.spi;

import dev.reprise.client.Retries;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * How an HTTP client sends a request and reads its answer: all that {@link Retries#send} needs. For one call; not
 * thread-safe.
 *
 * @param <A> the client's type of answers
 */
public interface Transport<A> {
    /**
     * Sends the request, with the URI and the fields of the call, once.
     *
     * @param limit how long it may take
     * @throws IOException if there is no answer
     * @throws ExecutionException if there is none, and another attempt would not help; the cause says why
     */
    A send(RetryCall call, Duration limit) throws IOException, InterruptedException, ExecutionException;

    /** Lets the call decide about the answer, with {@link RetryCall#answered}. */
    NextStep decide(RetryCall call, A answer) throws IOException;

    /** Frees an answer that is followed by another attempt. Reads at most a bounded part of what is left. */
    void discard(A answer) throws IOException;

    /** What an exception of {@link #send} says; override it for exceptions that the JDK does not know. */
    default AttemptResult failure(IOException failure) {
        return AttemptResult.of(failure);
    }

    /** Called before each wait; cancelling the future ends the call. */
    default void waiting(CompletableFuture<Void> wait) {}
}
