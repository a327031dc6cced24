package dev.reprise.client;

import dev.reprise.client.spi.AttemptResult;
import dev.reprise.client.spi.NextStep;
import dev.reprise.client.spi.RetryCall;
import dev.reprise.client.spi.Transport;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** One call of the JDK's client on its caller's thread. */
final class BlockingTransport<T> implements Transport<HttpResponse<T>> {
    private final PlainClient client;
    private final HttpRequest request;
    private final BodyHandler<T> handler;
    private @Nullable HttpAttempt<T> attempt;

    BlockingTransport(PlainClient client, HttpRequest request, BodyHandler<T> handler) {
        this.client = client;
        this.request = request;
        this.handler = handler;
    }

    @Override
    public HttpResponse<T> send(RetryCall call, Duration limit)
            throws IOException, InterruptedException, ExecutionException {
        // All calls are made in this package.
        RunningCall running = (RunningCall) call;
        HttpAttempt<T> next = new HttpAttempt<>(
                running, limit, request, handler, client, answer -> Optional.of(running.answered(answer)));
        attempt = next;
        try {
            return next.send(client.client());
        } catch (IOException e) {
            if (next.failedInHandler()) {
                throw new ExecutionException(e.getCause() == null ? e : e.getCause());
            }
            throw e;
        }
    }

    @Override
    public NextStep decide(RetryCall call, HttpResponse<T> answer) {
        return sent().nextStep(answer);
    }

    @Override
    public AttemptResult failure(IOException failure) {
        return sent().result(failure);
    }

    private HttpAttempt<T> sent() {
        if (attempt == null) {
            throw new IllegalStateException("Nothing comes of an attempt before it was sent");
        }
        return attempt;
    }

    /** The handler of the attempt has done that. */
    @Override
    public void discard(HttpResponse<T> answer) {}

    @Override
    public void waiting(CompletableFuture<Void> wait) {
        client.waits().add(wait);
        var unused = wait.whenComplete((nothing, cancelled) -> client.waits().remove(wait));
    }
}
