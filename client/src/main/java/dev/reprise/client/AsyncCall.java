package dev.reprise.client;

import dev.reprise.client.Verdict.Again;
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

/**
 * One call of the JDK's client in the background. It is what its caller gets: whoever cancels it or completes it otherwise
 * aborts the exchanges that are running, or ends the wait (C9). No thread belongs to it while it waits.
 */
final class AsyncCall<T> extends CompletableFuture<HttpResponse<T>> {
    private final PlainClient client;
    private final Retries retries;
    private final HttpRequest request;
    private final BodyHandler<T> handler;
    private final @Nullable PushPromiseHandler<T> pushes;
    private volatile @Nullable CompletableFuture<?> running;

    AsyncCall(
            PlainClient client,
            Retries retries,
            HttpRequest request,
            BodyHandler<T> handler,
            @Nullable PushPromiseHandler<T> pushes) {
        this.client = client;
        this.retries = retries;
        this.request = request;
        this.handler = handler;
        this.pushes = pushes;
    }

    /** What depends on a call is no call. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        return stopping(super.cancel(mayInterrupt));
    }

    /** That is how {@code orTimeout} ends a call. */
    @Override
    public boolean completeExceptionally(Throwable failure) {
        return stopping(super.completeExceptionally(failure));
    }

    @Override
    public boolean complete(HttpResponse<T> response) {
        return stopping(super.complete(response));
    }

    private boolean stopping(boolean ended) {
        CompletableFuture<?> current = running;
        if (ended && current != null) {
            current.cancel(true);
        }
        return ended;
    }

    AsyncCall<T> start(Outgoing outgoing) {
        CompletableFuture<RetryCall> beginning = retries.begin(outgoing);
        running = beginning;
        var unused = beginning.whenComplete((call, failure) -> {
            if (failure == null) {
                attempt(call);
            } else {
                completeExceptionally(Failures.unwrapped(failure));
            }
        });
        return this;
    }

    /** Its answer, for a caller who blocks; an interrupt cancels it. */
    HttpResponse<T> await() throws IOException, InterruptedException {
        try {
            return get();
        } catch (InterruptedException e) {
            cancel(true);
            throw e;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failed -> throw failed;
                case RuntimeException bug -> throw bug;
                case Error bug -> throw bug;
                case null, default -> throw new IOException(e.getCause());
            }
        }
    }

    private void attempt(RetryCall call) {
        if (isDone()) {
            call.ended(false, call.abandoned(Stop.CLOSED));
            return;
        }
        try {
            runs(new Round<>(this, call).start());
        } catch (RuntimeException e) {
            broken(call, call.abandoned(Stop.FINAL), e);
        }
    }

    private void runs(CompletableFuture<?> now) {
        running = now;
        if (isDone()) {
            now.cancel(true);
        }
    }

    HttpAttempt<T> attempt(RetryCall call, Duration limit, Function<Answer, Optional<Verdict>> decision) {
        return new HttpAttempt<>(call, limit, request, handler, client, decision);
    }

    CompletableFuture<HttpResponse<T>> send(HttpAttempt<T> attempt) {
        return pushes == null
                ? client.client().sendAsync(attempt.request(), attempt)
                : client.client().sendAsync(attempt.request(), attempt, pushes);
    }

    /** The time after which the attempt that begins now is hedged; null if it is not to be. */
    @Nullable
    CompletableFuture<Void> silence(RetryCall call) {
        // Two attempts would both have pushes for the same handler.
        if (pushes != null || call.hedgeAfter().isEmpty()) {
            return null;
        }
        CompletableFuture<Void> wait = retries.timer().after(call.hedgeAfter().get());
        client.waits().add(wait);
        var unused = wait.whenComplete((nothing, cancelled) -> client.waits().remove(wait));
        return wait;
    }

    void answered(RetryCall call, RetryReport report, HttpResponse<T> response) {
        if (isDone()) {
            call.ended(false, call.abandoned(Stop.CLOSED));
        } else {
            call.ended(true, report);
            complete(new RetriedResponse<>(response, report));
        }
    }

    void failed(RetryCall call, RetryReport report, @Nullable IOException failure) {
        completeExceptionally(retries.failed(call, report, failure));
    }

    /** Something failed that is no failure of the exchange. */
    void broken(RetryCall call, RetryReport report, Throwable failure) {
        call.ended(false, report);
        completeExceptionally(failure);
    }

    void pause(RetryCall call, Again again, @Nullable IOException failure) {
        CompletableFuture<Void> wait;
        try {
            wait = retries.timer().after(again.delay());
        } catch (RuntimeException e) {
            broken(call, call.abandoned(Stop.FINAL), e);
            return;
        }
        client.waits().add(wait);
        runs(wait);
        // Away from the timer's thread, which all calls share.
        var unused = wait.whenCompleteAsync((nothing, cancelled) -> {
            client.waits().remove(wait);
            if (cancelled != null && !isDone()) {
                failed(call, call.abandoned(Stop.CLOSED), failure);
            } else if (call.late() && !isDone()) {
                failed(call, call.abandoned(Stop.DEADLINE), failure);
            } else {
                attempt(call);
            }
        });
    }
}
