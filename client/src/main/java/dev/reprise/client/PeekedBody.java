package dev.reprise.client;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A body whose beginning decides who gets it: held back up to a bound, and then given to the subscriber that is chosen by
 * it, whole and in order.
 */
final class PeekedBody<T> implements BodySubscriber<T> {
    private static final int BOUND = 16 * 1024;

    private final Function<String, BodySubscriber<T>> choice;
    private final CompletableFuture<T> body = new CompletableFuture<>();
    private final List<ByteBuffer> beginning = new ArrayList<>();
    private int held;
    private @Nullable Subscription upstream;
    private @Nullable BodySubscriber<T> chosen;

    PeekedBody(Function<String, BodySubscriber<T>> choice) {
        this.choice = choice;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream = subscription;
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        if (chosen != null) {
            chosen.onNext(item);
            return;
        }
        beginning.addAll(item);
        item.forEach(buffer -> held += buffer.remaining());
        if (held >= BOUND) {
            choose(false);
        } else if (upstream != null) {
            upstream.request(1);
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (chosen == null) {
            body.completeExceptionally(failure);
        } else {
            chosen.onError(failure);
        }
    }

    @Override
    public void onComplete() {
        if (chosen == null) {
            choose(true);
        } else {
            chosen.onComplete();
        }
    }

    private void choose(boolean complete) {
        BodySubscriber<T> subscriber;
        try {
            subscriber = choice.apply(text());
        } catch (Throwable e) {
            body.completeExceptionally(e);
            return;
        }
        chosen = subscriber;
        subscriber.getBody().whenComplete((result, failure) -> {
            if (failure == null) {
                body.complete(result);
            } else {
                body.completeExceptionally(failure);
            }
        });
        subscriber.onSubscribe(new Rest(subscriber, complete));
    }

    private String text() {
        StringBuilder text = new StringBuilder(held);
        beginning.forEach(buffer -> text.append(StandardCharsets.ISO_8859_1.decode(buffer.asReadOnlyBuffer())));
        return text.toString();
    }

    @Override
    public CompletionStage<T> getBody() {
        return body;
    }

    /** Gives the beginning to the first demand, and passes the rest of the demand on. */
    private final class Rest implements Subscription {
        private final BodySubscriber<T> subscriber;
        private final boolean complete;
        private boolean begun;

        private Rest(BodySubscriber<T> subscriber, boolean complete) {
            this.subscriber = subscriber;
            this.complete = complete;
        }

        @Override
        public void request(long items) {
            long left = items;
            if (!begun) {
                begun = true;
                if (!beginning.isEmpty()) {
                    subscriber.onNext(List.copyOf(beginning));
                    left = items == Long.MAX_VALUE ? items : items - 1;
                }
                if (complete) {
                    subscriber.onComplete();
                }
            }
            if (!complete && left > 0 && upstream != null) {
                upstream.request(left);
            }
        }

        @Override
        public void cancel() {
            begun = true;
            if (upstream != null) {
                upstream.cancel();
            }
        }
    }
}
