package dev.reprise.client;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A body that must be there in time. The JDK's timeout ends when the head of a response has come, and a body that stalls
 * would hold its call for ever (C5). A body that the caller reads as it comes, whose result is there at once, takes the time
 * that its reader takes.
 */
final class LimitedBody<T> implements BodySubscriber<T> {
    private final BodySubscriber<T> body;
    private final Duration limit;
    private final ReentrantLock signals = new ReentrantLock();
    private @Nullable Subscription subscription;
    private boolean ended;
    private boolean complete;

    LimitedBody(BodySubscriber<T> body, Duration limit) {
        this.body = body;
        this.limit = limit;
    }

    /** Whether all of it has come, so that what fails from now on is its reader. */
    boolean complete() {
        signals.lock();
        try {
            return complete;
        } finally {
            signals.unlock();
        }
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        body.onSubscribe(given);
        CompletableFuture<T> result = body.getBody().toCompletableFuture();
        if (!result.isDone()) {
            CompletableFuture<Void> watch = new CompletableFuture<>();
            var unusedWatched = watch.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
                    .whenComplete((nothing, late) -> {
                        if (late != null) {
                            expire();
                        }
                    });
            var unusedFreed = result.whenComplete((value, failure) -> watch.complete(null));
        }
    }

    private void expire() {
        if (subscription != null) {
            subscription.cancel();
        }
        onError(new HttpTimeoutException("The body of the answer stalled: it was not there after " + limit));
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        signals.lock();
        try {
            if (!ended) {
                body.onNext(item);
            }
        } finally {
            signals.unlock();
        }
    }

    @Override
    public void onError(Throwable failure) {
        signals.lock();
        try {
            if (!ended) {
                ended = true;
                body.onError(failure);
            }
        } finally {
            signals.unlock();
        }
    }

    @Override
    public void onComplete() {
        signals.lock();
        try {
            if (!ended) {
                ended = true;
                complete = true;
                body.onComplete();
            }
        } finally {
            signals.unlock();
        }
    }

    @Override
    public CompletionStage<T> getBody() {
        return body.getBody();
    }
}
