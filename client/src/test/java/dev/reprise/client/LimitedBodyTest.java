package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow.Subscription;
import org.junit.jupiter.api.Test;

/** Bodies that stall (C5). */
class LimitedBodyTest {
    private static final Duration LIMIT = Duration.ofHours(1);
    private static final Subscription NOTHING_COMES = new Subscription() {
        @Override
        public void request(long items) {}

        @Override
        public void cancel() {}
    };

    private final BodyWatch watch = new BodyWatch();
    private final long longAgo = System.nanoTime() - LIMIT.toNanos();

    @Test
    void the_limit_is_that_of_the_attempt_and_does_not_begin_anew_with_the_body_C5() {
        LimitedBody<String> body = body(BodySubscribers.ofString(StandardCharsets.UTF_8));
        body.onSubscribe(NOTHING_COMES);

        body.check();

        assertThat(body.getBody().toCompletableFuture()).isCompletedExceptionally();
        assertThat(body.getBody().toCompletableFuture().exceptionNow()).isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void a_reader_that_blocks_does_not_keep_other_bodies_from_being_looked_after_C5() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        LimitedBody<Void> blocked = body(BodySubscribers.ofByteArrayConsumer(part -> {
            reading.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        blocked.onSubscribe(NOTHING_COMES);
        Thread reader = Thread.ofVirtual().start(() -> blocked.onNext(List.of(ByteBuffer.wrap(new byte[1]))));
        reading.await();

        CompletableFuture<Void> look = CompletableFuture.runAsync(blocked::check);

        await().until(look::isDone);
        goOn.countDown();
        reader.join();
    }

    private <T> LimitedBody<T> body(BodySubscriber<T> subscriber) {
        return new LimitedBody<>(subscriber, LIMIT, longAgo, watch);
    }
}
