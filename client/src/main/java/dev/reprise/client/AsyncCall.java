package dev.reprise.client;

import dev.reprise.client.spi.NextStep;
import dev.reprise.client.spi.NextStep.Again;
import dev.reprise.client.spi.ResponseView;
import dev.reprise.client.spi.RetryableRequest;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call of the JDK's client in the background. It is what its caller gets: whoever cancels it or completes it otherwise
 * aborts the exchanges that are running, or ends the wait (C9). No thread belongs to it while it waits. However it ends, its
 * report is with it (C8).
 */
final class AsyncCall<T> extends CompletableFuture<HttpResponse<T>> {
    private final PlainClient client;
    private final HttpRequest request;
    private final RetryableRequest retryable;
    private final BodyHandler<T> handler;
    private final @Nullable PushPromiseHandler<T> pushes;
    /** Whether it is decided how it ends. A field and no object, as many calls wait at once. */
    private volatile boolean over;
    /** Null as long as it has no key. */
    private volatile @Nullable RunningCall call;

    /** What is cancelled if its caller leaves: an exchange, a wait, or the making of its key. */
    private volatile @Nullable CompletableFuture<?> current;

    AsyncCall(
            PlainClient client,
            HttpRequest request,
            RetryableRequest retryable,
            BodyHandler<T> handler,
            @Nullable PushPromiseHandler<T> pushes) {
        this.client = client;
        this.request = request;
        this.retryable = retryable;
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
        return leave(new CancellationException("The caller has cancelled it")) || isCancelled();
    }

    /** That is how {@code orTimeout} ends a call. */
    @Override
    public boolean completeExceptionally(Throwable failure) {
        return leave(Objects.requireNonNull(failure));
    }

    @Override
    public boolean complete(HttpResponse<T> response) {
        if (settle()) {
            leftByCaller();
            super.complete(response);
            stop();
            return true;
        }
        return false;
    }

    /** Decides how it ends; false if somebody else has. */
    private synchronized boolean settle() {
        boolean first = !over;
        over = true;
        return first;
    }

    private boolean leave(Throwable failure) {
        if (settle()) {
            super.completeExceptionally(leftByCaller().in(failure));
            stop();
            return true;
        }
        return false;
    }

    /** How a call went whose caller leaves it. */
    private CallFailedException leftByCaller() {
        RunningCall begun = call;
        return begun == null
                ? client.retries().start().unsent(retryable, StopReason.CLOSED)
                : client.retries().failed(begun, begun.abandoned(StopReason.CLOSED), null);
    }

    private void stop() {
        CompletableFuture<?> left = current;
        if (left != null) {
            left.cancel(true);
        }
    }

    AsyncCall<T> start() {
        CompletableFuture<RunningCall> beginning = client.retries().start().begin(retryable);
        current = beginning;
        var unused = beginning.whenComplete((begun, failure) -> {
            if (failure == null) {
                call = begun;
                sendAttempt(begun);
            } else if (settle()) {
                super.completeExceptionally(FutureFailure.cause(failure));
            }
        });
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

    private void sendAttempt(RunningCall begun) {
        try {
            if (over) {
                begun.ended(false, begun.abandoned(StopReason.CLOSED));
            } else {
                cancelWithThis(new HedgedAttempt<>(this, begun).start());
            }
        } catch (Throwable e) {
            endWithFailure(begun, begun.abandoned(StopReason.FINAL), e);
        }
    }

    private void cancelWithThis(CompletableFuture<?> now) {
        current = now;
        if (over) {
            now.cancel(true);
        }
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
                client.retries().timer().after(begun.hedgeAfter().get());
        client.waits().add(wait);
        var unused = wait.whenComplete((nothing, cancelled) -> client.waits().remove(wait));
        return wait;
    }

    void endWithAnswer(RunningCall begun, RetryReport report, HttpResponse<T> response) {
        if (settle()) {
            begun.ended(true, report);
            super.complete(new RetriedResponse<>(response, report));
        }
    }

    void endWithFailure(RunningCall begun, RetryReport report, @Nullable Throwable failure) {
        if (settle()) {
            super.completeExceptionally(client.retries().failed(begun, report, failure));
        }
    }

    void pause(RunningCall begun, Again again, @Nullable IOException failure) {
        try {
            CompletableFuture<Void> wait = client.retries().timer().after(again.delay());
            client.waits().add(wait);
            cancelWithThis(wait);
            // Away from the timer's thread, which all calls share.
            var unused = wait.whenCompleteAsync(
                    (nothing, cancelled) -> {
                        client.waits().remove(wait);
                        if (cancelled != null) {
                            endWithFailure(begun, begun.abandoned(StopReason.CLOSED), failure);
                        } else if (begun.late()) {
                            endWithFailure(begun, begun.abandoned(StopReason.DEADLINE), failure);
                        } else {
                            sendAttempt(begun);
                        }
                    },
                    Apart.ON_A_THREAD);
        } catch (Throwable e) {
            endWithFailure(begun, begun.abandoned(StopReason.FINAL), e);
        }
    }
}
