package dev.reprise.client;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A body that nobody has declared to begin anew, published once. The JDK's client publishes a body again by itself, as to the
 * place that a redirect leads to; what is left of this one would be executed as if it were all (C1).
 */
final class OnceBody implements BodyPublisher {
    private final BodyPublisher body;
    private final AtomicBoolean published = new AtomicBoolean();

    OnceBody(BodyPublisher body) {
        this.body = body;
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        if (published.compareAndSet(false, true)) {
            body.subscribe(subscriber);
        } else {
            subscriber.onSubscribe(new NothingToSend());
            subscriber.onError(new IOException(
                    "The body of the request cannot be sent twice, as to where a redirect leads; see RepeatableBody"));
        }
    }

    /** What a subscriber has to be given before it learns why there is nothing. */
    private static final class NothingToSend implements Subscription {
        @Override
        public void request(long items) {}

        @Override
        public void cancel() {}
    }
}
