package dev.reprise.client;

import dev.reprise.client.spi.NextStep;
import dev.reprise.client.spi.ResponseView;
import dev.reprise.client.spi.RetryableRequest;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One call of the JDK's client in the background. */
final class AsyncCall<T> extends BackgroundCall<HttpResponse<T>> {
    private final PlainClient client;
    private final HttpRequest request;
    private final BodyHandler<T> handler;
    private final @Nullable PushPromiseHandler<T> pushes;

    AsyncCall(
            PlainClient client,
            HttpRequest request,
            RetryableRequest retryable,
            BodyHandler<T> handler,
            @Nullable PushPromiseHandler<T> pushes) {
        super(retryable);
        this.client = client;
        this.request = request;
        this.handler = handler;
        this.pushes = pushes;
    }

    AsyncCall<T> start() {
        begin();
        return this;
    }

    /** Its answer, for a caller who blocks; an interrupt cancels it. */
    HttpResponse<T> await() throws IOException, InterruptedException {
        try {
            return get();
        } catch (InterruptedException e) {
            throw leave(e) ? e : leftByCaller().in(e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failed -> throw failed;
                case null, default -> throw new IOException(e.getCause());
            }
        }
    }

    @Override
    Retries retries() {
        return client.retries();
    }

    @Override
    void attempt(RunningCall begun) {
        cancelWithThis(new HedgedAttempt<>(this, begun).start());
    }

    @Override
    void waits(CompletableFuture<Void> wait) {
        client.waits().add(wait);
    }

    @Override
    void waited(CompletableFuture<Void> wait) {
        client.waits().remove(wait);
    }

    HttpAttempt<T> newAttempt(RunningCall begun, Duration limit, Function<ResponseView, Optional<NextStep>> decision) {
        return new HttpAttempt<>(begun, limit, request, handler, client, decision);
    }

    CompletableFuture<HttpResponse<T>> send(HttpAttempt<T> attempt) {
        return pushes == null
                ? client.client().sendAsync(attempt.request(), attempt)
                : client.client().sendAsync(attempt.request(), attempt, pushes);
    }

    /** Completes when the attempt that begins now is to be hedged; null if it is not to be. */
    @Nullable
    CompletableFuture<Void> hedgeTimer(RunningCall begun) {
        // Two attempts would both have pushes for the same handler.
        if (pushes != null || begun.hedgeAfter().isEmpty()) {
            return null;
        }
        CompletableFuture<Void> wait =
                retries().timer().after(begun.hedgeAfter().get());
        waits(wait);
        var unused = wait.whenComplete((nothing, cancelled) -> waited(wait));
        return wait;
    }
}
