package dev.reprise.client;

import dev.reprise.client.spi.RequestTraits;
import dev.reprise.client.spi.RetryableRequest;
import java.net.http.HttpTimeoutException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** From a request to its call: takes the request's key, or makes one if its method needs one (C1). Thread-safe. */
final class CallStart {
    private final Retries retries;

    CallStart(Retries retries) {
        this.retries = retries;
    }

    /**
     * Begins a call: takes the request's key, or makes one if its method needs one (C1).
     *
     * @throws IllegalArgumentException if the key in the request is malformed
     */
    CompletableFuture<RunningCall> begin(RetryableRequest request) {
        RequestTraits unkeyed = new RequestTraits(request.method(), false);
        if (RequestTraits.isSafe(unkeyed.method())) {
            return begun(request, KeyedRequest.without(request));
        }
        ResumedOperation begun = request.begun();
        if (begun != null) {
            return resumed(request, begun);
        }
        var given = KeyedRequest.given(request, retries.profile().placement());
        if (given.isPresent()) {
            return begun(
                    request,
                    KeyedRequest.keeping(given.get(), request, retries.profile().placement(), retries.now()));
        }
        if (!retries.profile().methods().contains(unkeyed.method())) {
            return begun(request, KeyedRequest.without(request));
        }
        return withNewKey(request);
    }

    private CompletableFuture<RunningCall> resumed(RetryableRequest request, ResumedOperation begun) {
        KeyedRequest keyed =
                KeyedRequest.with(begun.key(), request, retries.profile().placement(), begun.firstSent());
        RunningCall call = new RunningCall(retries, request, keyed, retries.ticks());
        return call.forgotten()
                ? CompletableFuture.failedFuture(retries.failed(call, call.abandoned(StopReason.RETENTION), null))
                : CompletableFuture.completedFuture(call);
    }

    private CompletableFuture<RunningCall> begun(RetryableRequest request, KeyedRequest keyed) {
        return CompletableFuture.completedFuture(new RunningCall(retries, request, keyed, retries.ticks()));
    }

    /** Cancelling the call, and its deadline, end the wait for its key, too (C5, C9). */
    private CompletableFuture<RunningCall> withNewKey(RetryableRequest request) {
        long started = retries.ticks();
        CompletableFuture<IdempotencyKey> key = newKey(request);
        if (key.state() == Future.State.SUCCESS) {
            try {
                return CompletableFuture.completedFuture(keyed(request, key.join(), started));
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(noKey(request, e));
            }
        }
        CompletableFuture<IdempotencyKey> inTime =
                key.copy().orTimeout(retries.policy().deadline().toNanos(), TimeUnit.NANOSECONDS);
        CompletableFuture<RunningCall> call = inTime.handle((made, failure) -> {
            if (failure != null) {
                throw new CompletionException(noKey(request, FutureFailure.cause(failure)));
            }
            try {
                RunningCall begun = keyed(request, made, started);
                if (begun.late()) {
                    throw new CompletionException(retries.failed(begun, begun.abandoned(StopReason.DEADLINE), null));
                }
                return begun;
            } catch (IllegalArgumentException | NullPointerException e) {
                throw new CompletionException(noKey(request, e));
            }
        });
        var unused = call.whenComplete((begun, failure) -> {
            if (call.isCancelled()) {
                RunningCall unsent = unsent(request);
                unsent.ended(false, unsent.abandoned(StopReason.CLOSED));
            }
            key.cancel(true);
        });
        return call;
    }

    private CompletableFuture<IdempotencyKey> newKey(RetryableRequest request) {
        try {
            return Objects.requireNonNull(retries.keys().keyFor(request), "The key generator returned nothing");
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private RunningCall keyed(RetryableRequest request, IdempotencyKey key, long started) {
        Objects.requireNonNull(key, "The key generator gave no key");
        return new RunningCall(
                retries,
                request,
                KeyedRequest.with(key, request, retries.profile().placement(), retries.now()),
                started);
    }

    private CallFailedException noKey(RetryableRequest request, Throwable failure) {
        RunningCall call = unsent(request);
        Throwable cause = failure instanceof TimeoutException
                ? new HttpTimeoutException(
                        "it did not come within " + retries.policy().deadline() + ", the deadline of the call")
                : failure;
        return retries.failed(call, call.abandoned(StopReason.NO_KEY), cause);
    }

    /** How a call ends if it is cancelled before it has its key. */
    CallFailedException unsent(RetryableRequest request, StopReason stop) {
        return new CallFailedException(request, unsent(request).abandoned(stop), null);
    }

    private RunningCall unsent(RetryableRequest request) {
        return new RunningCall(retries, request, KeyedRequest.without(request), retries.ticks());
    }
}
