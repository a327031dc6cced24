package dev.reprise.client;

import dev.reprise.client.Verdict.Again;
import dev.reprise.client.Verdict.Done;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One call of the JDK's client in the background. It is what its caller gets: cancelling it aborts the exchange that is
 * running, or ends the wait (C9). No thread belongs to it while it waits.
 */
final class AsyncCall<T> extends CompletableFuture<HttpResponse<T>> {
    private final HttpClient client;
    private final Retries retries;
    private final Waits waits;
    private final BodyWatch watch;
    private final HttpRequest request;
    private final BodyHandler<T> handler;
    private final @Nullable PushPromiseHandler<T> pushes;
    private volatile @Nullable CompletableFuture<?> running;

    AsyncCall(
            HttpClient client,
            Retries retries,
            Waits waits,
            BodyWatch watch,
            HttpRequest request,
            BodyHandler<T> handler,
            @Nullable PushPromiseHandler<T> pushes) {
        this.client = client;
        this.retries = retries;
        this.waits = waits;
        this.watch = watch;
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
        boolean cancelled = super.cancel(mayInterrupt);
        CompletableFuture<?> current = running;
        if (cancelled && current != null) {
            current.cancel(true);
        }
        return cancelled;
    }

    AsyncCall<T> start(Outgoing outgoing) {
        var unused = retries.begin(outgoing).whenComplete((call, failure) -> {
            if (failure == null) {
                attempt(call);
            } else {
                completeExceptionally(unwrapped(failure));
            }
        });
        return this;
    }

    private void attempt(RetryCall call) {
        try {
            HttpAttempt<T> attempt = new HttpAttempt<>(call, call.attempt(), request, handler, watch);
            CompletableFuture<HttpResponse<T>> sending = pushes == null
                    ? client.sendAsync(attempt.request(), attempt)
                    : client.sendAsync(attempt.request(), attempt, pushes);
            runs(sending);
            var unused = sending.whenComplete((response, failure) -> ended(call, attempt, response, failure));
        } catch (RuntimeException e) {
            completeExceptionally(e);
        }
    }

    private void runs(CompletableFuture<?> now) {
        running = now;
        if (isCancelled()) {
            now.cancel(true);
        }
    }

    private void ended(
            RetryCall call, HttpAttempt<T> attempt, @Nullable HttpResponse<T> response, @Nullable Throwable failure) {
        if (isCancelled()) {
            call.ended(false, response == null ? call.interrupted() : call.abandoned(Stop.CLOSED));
        } else if (response != null) {
            answered(call, attempt.verdict(), response);
        } else if (unwrapped(failure) instanceof IOException broken && !attempt.failedInHandler()) {
            failed(call, broken);
        } else {
            call.ended(false, call.abandoned(Stop.FINAL));
            completeExceptionally(unwrapped(failure));
        }
    }

    private void answered(RetryCall call, Verdict verdict, HttpResponse<T> response) {
        switch (verdict) {
            case Again again -> pause(call, again, null);
            case Done(RetryReport report) -> {
                call.ended(true, report);
                complete(new RetriedResponse<>(response, report));
            }
        }
    }

    private void failed(RetryCall call, IOException failure) {
        switch (call.failed(Failures.of(failure))) {
            case Again again -> pause(call, again, failure);
            case Done(RetryReport report) -> completeExceptionally(retries.failed(call, report, failure));
        }
    }

    private void pause(RetryCall call, Again again, @Nullable IOException failure) {
        CompletableFuture<Void> wait = retries.timer().after(again.delay());
        waits.add(wait);
        runs(wait);
        // Away from the timer's thread, which all calls share.
        var unused = wait.whenCompleteAsync((nothing, cancelled) -> {
            waits.remove(wait);
            if (isCancelled()) {
                call.ended(false, call.abandoned(Stop.CLOSED));
            } else if (cancelled != null) {
                completeExceptionally(retries.failed(call, call.abandoned(Stop.CLOSED), failure));
            } else if (call.late()) {
                completeExceptionally(retries.failed(call, call.abandoned(Stop.DEADLINE), failure));
            } else {
                attempt(call);
            }
        });
    }

    private static Throwable unwrapped(@Nullable Throwable failure) {
        if (failure == null) {
            return new IllegalStateException("The client returned neither a response nor a failure");
        }
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
