package dev.reprise.client;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that is followed by another attempt: read to its end, so that the connection can be used again,
 * but only up to a bound. Its result is null and nobody asks for it; that it breaks off is no failure.
 */
final class DiscardedBody<T> implements BodySubscriber<T> {
    private static final long BOUND = 64 * 1024;

    private final CompletableFuture<@Nullable T> end = new CompletableFuture<>();
    private long seen;
    private @Nullable Subscription subscription;

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        item.forEach(buffer -> seen += buffer.remaining());
        if (seen > BOUND && subscription != null) {
            subscription.cancel();
            end.complete(null);
        }
    }

    @Override
    public void onError(Throwable failure) {
        end.complete(null);
    }

    @Override
    public void onComplete() {
        end.complete(null);
    }

    @Override
    @SuppressWarnings("NullAway") // The result is dropped before it could reach a caller.
    public CompletionStage<T> getBody() {
        return end;
    }
}
