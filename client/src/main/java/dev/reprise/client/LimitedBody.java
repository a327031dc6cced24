package dev.reprise.client;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A body that must be there in time, whatever its subscriber does. The JDK's timeout ends when the head of a response has
 * come: a body that stalls would hold its call for ever, and so would a subscriber that throws or never ends (C5, C8). A body
 * that the caller reads as it comes, whose result is there at once, takes the time that its reader takes.
 */
final class LimitedBody<T> implements BodySubscriber<T>, BodyWatch.Watched {
    private final BodySubscriber<T> body;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Duration limit;
    private final long due;
    private final BodyWatch watch;
    /** Held while the subscriber gets a signal. */
    private final ReentrantLock signals = new ReentrantLock();

    private volatile @Nullable Subscription subscription;
    /** How many signals it got, and how many when it was late at the last look. */
    private final AtomicInteger signalled = new AtomicInteger();

    private int signalledWhenLate = -1;
    /** Whether it got its last signal. */
    private volatile boolean ended;
    /** Whether that end is a failure of the exchange. */
    private volatile boolean brokeOff;

    private volatile boolean failedInReader;

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
        // Asked for once, as each time may compute it anew.
        var unused = body.getBody().whenComplete((read, failure) -> {
            if (failure == null) {
                result.complete(read);
                watch.remove(this);
            } else {
                fail(FutureFailure.cause(failure));
            }
        });
    }

    /** Whether not the exchange failed but its reader, which fails again. */
    boolean failedInReader() {
        return failedInReader;
    }

    @Override
    public CompletionStage<T> getBody() {
        return result;
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        tell(() -> body.onSubscribe(given));
        if (!isDone()) {
            watch.add(this);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        if (!ended) {
            tell(() -> body.onNext(item));
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (!ended) {
            breaksOff();
            tellOfFailure(failure);
        }
    }

    @Override
    public void onComplete() {
        if (!ended) {
            ended = true;
            tell(body::onComplete);
        }
    }

    /** Whether there is nothing left to watch: it is there, or its reader takes it as it comes. */
    @Override
    public boolean isDone() {
        return result.isDone();
    }

    /**
     * Breaks it off if it is late. Whatever may take its time is done on another thread. A reader that is busy with a part of it is not waited for, as other bodies are to be looked
     * after: it is late itself if it has not got on by the next look. So is one that has had all of it, and has not ended.
     */
    @Override
    public void check() {
        if (System.nanoTime() - due < 0) {
            return;
        }
        HttpTimeoutException late = stalled(limit);
        if (!ended && !signals.isLocked()) {
            breaksOff();
            Apart.ON_A_THREAD.execute(() -> tellOfFailure(late));
            Apart.ON_A_THREAD.execute(this::cancel);
        } else if (signalledWhenLate == signalled.get()) {
            Apart.ON_A_THREAD.execute(() -> fail(late));
            Apart.ON_A_THREAD.execute(this::cancel);
        }
        signalledWhenLate = signalled.get();
    }

    static HttpTimeoutException stalled(Duration limit) {
        return new HttpTimeoutException("The body of the answer stalled: it was not there after " + limit);
    }

    /** Noted before its reader gets the signal, which may take its time, so that whoever looks meanwhile knows whose failure it is. */
    private void breaksOff() {
        brokeOff = true;
        ended = true;
    }

    /** The exchange has failed; its reader may make something of what it has, but not keep the call waiting. */
    private void tellOfFailure(Throwable failure) {
        tell(() -> {
            try {
                body.onError(failure);
            } finally {
                fail(failure);
            }
        });
    }

    /** A subscriber that throws would not end its body, which is what the call waits for. */
    private void tell(Runnable signal) {
        signals.lock();
        try {
            signalled.incrementAndGet();
            signal.run();
        } catch (Throwable e) {
            ended = true;
            fail(e);
            cancel();
        } finally {
            signals.unlock();
        }
    }

    private void cancel() {
        Subscription current = subscription;
        if (current != null) {
            current.cancel();
        }
    }

    private void fail(Throwable failure) {
        if (!isDone()) {
            failedInReader = !brokeOff;
            result.completeExceptionally(failure);
        }
        watch.remove(this);
    }
}
