package dev.reprise.client.spi;

import dev.reprise.client.Retries;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * How an HTTP client whose threads must not wait sends a request and gets its answer: all that {@link Retries#sendAsync} needs.
 * For one call. Its methods are called one after the other, on any thread, and must not block it.
 *
 * @param <A> the client's type of answers
 */
public interface AsyncTransport<A> {
    /**
     * Sends the request, with the URI and the fields of the call, once. Cancelling the future breaks it off. If it fails with an
     * {@link IOException}, there is no answer; after any other failure another attempt would not help.
     *
     * @param limit how long it may take
     */
    CompletableFuture<A> send(RetryCall call, Duration limit);

    /** Lets the call decide about the answer, with {@link RetryCall#answered}. */
    NextStep decide(RetryCall call, A answer);

    /** Frees an answer that nobody gets. Reads at most a bounded part of what is left. */
    void discard(A answer);

    /** What an exception of {@link #send} says; override it for exceptions that the JDK does not know. */
    default AttemptResult failure(IOException failure) {
        return AttemptResult.of(failure);
    }
}
