package dev.reprise.client;

import dev.reprise.client.spi.NextStep.Again;
import dev.reprise.client.spi.RetryableRequest;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One call in the background. It is what its caller gets: whoever cancels it or completes it otherwise aborts the exchanges that
 * are running, or ends the wait (C9). No thread belongs to it while it waits. However it ends, its report is with it (C8).
 */
abstract class BackgroundCall<R> extends CompletableFuture<R> {
    private final RetryableRequest request;
    /** Whether it is decided how it ends. A field and no object, as many calls wait at once. */
    private volatile boolean over;
    /** Null as long as it has no key. */
    private volatile @Nullable RunningCall call;

    /** What is cancelled if its caller leaves: an exchange, a wait, or the making of its key. */
    private volatile @Nullable CompletableFuture<?> current;

    BackgroundCall(RetryableRequest request) {
        this.request = request;
    }

    /** The retries of its client; not a field, as many calls wait at once. */
    abstract Retries retries();

    /** Sends the request once more, {@linkplain #cancelWithThis to be cancelled} if the caller leaves. */
    abstract void attempt(RunningCall begun);

    /** A wait begins. */
    void waits(CompletableFuture<Void> wait) {}

    /** A wait is over. */
    void waited(CompletableFuture<Void> wait) {}

    /** What depends on a call is no call. */
    @Override
    public final <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }

    @Override
    public final boolean cancel(boolean mayInterrupt) {
        return leave(new CancellationException("The caller has cancelled it")) || isCancelled();
    }

    /** That is how {@code orTimeout} ends a call. */
    @Override
    public final boolean completeExceptionally(Throwable failure) {
        return leave(Objects.requireNonNull(failure));
    }

    @Override
    public final boolean complete(R answer) {
        if (settle()) {
            leftByCaller();
            super.complete(answer);
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

    /** Ends it for its caller, who does not wait for its answer any more. */
    final boolean leave(Throwable failure) {
        if (settle()) {
            super.completeExceptionally(leftByCaller().in(failure));
            stop();
            return true;
        }
        return false;
    }

    /** How a call went whose caller leaves it. */
    final CallFailedException leftByCaller() {
        RunningCall begun = call;
        return begun == null
                ? retries().start().unsent(request, StopReason.CLOSED)
                : retries().failed(begun, begun.abandoned(StopReason.CLOSED), null);
    }

    private void stop() {
        CompletableFuture<?> left = current;
        if (left != null) {
            left.cancel(true);
        }
    }

    final void begin() {
        CompletableFuture<RunningCall> beginning = retries().start().begin(request);
        current = beginning;
        var unused = beginning.whenComplete((begun, failure) -> {
            if (failure == null) {
                call = begun;
                sendAttempt(begun);
            } else if (settle()) {
                super.completeExceptionally(FutureFailure.cause(failure));
            }
        });
    }

    private void sendAttempt(RunningCall begun) {
        try {
            if (over) {
                begun.ended(false, begun.abandoned(StopReason.CLOSED));
            } else {
                attempt(begun);
            }
        } catch (Throwable e) {
            endWithFailure(begun, begun.abandoned(StopReason.FINAL), e);
        }
    }

    final void cancelWithThis(CompletableFuture<?> now) {
        current = now;
        if (over) {
            now.cancel(true);
        }
    }

    /** Ends it with the answer; false if it has ended otherwise, and nobody gets it. */
    final boolean endWithAnswer(RunningCall begun, RetryReport report, R answer) {
        if (settle()) {
            begun.ended(true, report);
            super.complete(answer);
            return true;
        }
        return false;
    }

    final void endWithFailure(RunningCall begun, RetryReport report, @Nullable Throwable failure) {
        if (settle()) {
            super.completeExceptionally(retries().failed(begun, report, failure));
        }
    }

    final void pause(RunningCall begun, Again again, @Nullable IOException failure) {
        try {
            CompletableFuture<Void> wait = retries().timer().after(again.delay());
            waits(wait);
            cancelWithThis(wait);
            // Away from the timer's thread, which all calls share.
            var unused = wait.whenCompleteAsync(
                    (nothing, cancelled) -> {
                        waited(wait);
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
