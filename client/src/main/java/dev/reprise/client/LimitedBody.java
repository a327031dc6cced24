package dev.reprise.client;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A body that must be there in time. The JDK's timeout ends when the head of a response has come, and a body that stalls
 * would hold its call for ever (C5). A body that the caller reads as it comes, whose result is there at once, takes the time
 * that its reader takes.
 */
final class LimitedBody<T> implements BodySubscriber<T>, BodyWatch.Watched {
    private final BodySubscriber<T> body;
    private final Duration limit;
    private final long due;
    private final BodyWatch watch;
    private final ReentrantLock signals = new ReentrantLock();
    private @Nullable Subscription subscription;
    private boolean ended;
    private boolean complete;

    /**
     * A body with its limit.
     *
     * @param limit how long its attempt may take
     * @param begun when that began, in nanoseconds of the system's clock
     */
    LimitedBody(BodySubscriber<T> body, Duration limit, long begun, BodyWatch watch) {
        this.body = body;
        this.limit = limit;
        this.due = begun + limit.toNanos();
        this.watch = watch;
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
        if (!isDone()) {
            watch.add(this);
        }
    }

    /** Whether there is nothing left to watch: it is there, or its reader takes it as it comes. */
    @Override
    public boolean isDone() {
        return body.getBody().toCompletableFuture().isDone();
    }

    /** Fails if it is late. A reader that is busy with a part of it is left alone, as others wait to be looked after. */
    @Override
    public void check() {
        if (System.nanoTime() - due < 0 || !signals.tryLock()) {
            return;
        }
        try {
            if (subscription != null) {
                subscription.cancel();
            }
            onError(stalled(limit));
        } finally {
            signals.unlock();
        }
    }

    static HttpTimeoutException stalled(Duration limit) {
        return new HttpTimeoutException("The body of the answer stalled: it was not there after " + limit);
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
            watch.remove(this);
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
            watch.remove(this);
        }
    }

    @Override
    public CompletionStage<T> getBody() {
        return body.getBody();
    }
}
