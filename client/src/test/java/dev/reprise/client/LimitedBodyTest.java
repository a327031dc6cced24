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
import java.util.concurrent.CompletionStage;
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

        assertThat(failure(body)).isInstanceOf(HttpTimeoutException.class);
        assertThat(body.failedInReader()).isFalse();
    }

    @Test
    void a_reader_that_does_not_get_on_is_not_waited_for_and_not_asked_again_C5_C8() {
        CountDownLatch reading = new CountDownLatch(1);
        LimitedBody<Void> blocked = body(BodySubscribers.ofByteArrayConsumer(part -> {
            reading.countDown();
            park();
        }));
        blocked.onSubscribe(NOTHING_COMES);
        Thread.ofVirtual().start(() -> blocked.onNext(List.of(ByteBuffer.wrap(new byte[1]))));
        await().until(() -> reading.getCount() == 0);

        blocked.check();
        blocked.check();

        assertThat(failure(blocked)).isInstanceOf(HttpTimeoutException.class);
        assertThat(blocked.failedInReader()).isTrue();
    }

    @Test
    void a_reader_that_blocks_when_it_is_told_of_the_end_keeps_nobody_waiting_C5() {
        LimitedBody<String> blocked = body(new BlockedByFailure());
        blocked.onSubscribe(NOTHING_COMES);

        await().until(() -> {
            blocked.check();
            return blocked.isDone();
        });

        assertThat(failure(blocked)).isInstanceOf(HttpTimeoutException.class);
        assertThat(blocked.failedInReader()).as("it was late before").isFalse();
    }

    /** The second look comes at once, so that in some of them no thread has told the reader yet. */
    @Test
    void whoever_looks_again_before_a_reader_is_told_of_the_end_does_not_blame_the_reader_C5_C8() {
        for (int i = 0; i < 20_000; i++) {
            LimitedBody<String> blocked = body(new BlockedByFailure());
            blocked.onSubscribe(NOTHING_COMES);

            while (!blocked.isDone()) {
                blocked.check();
            }

            assertThat(blocked.failedInReader()).isFalse();
        }
    }

    /** A reader that never comes back once it is told that its body broke off. */
    private static final class BlockedByFailure implements BodySubscriber<String> {
        @Override
        public CompletionStage<String> getBody() {
            return new CompletableFuture<>();
        }

        @Override
        public void onSubscribe(Subscription subscription) {}

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable failure) {
            park();
        }

        @Override
        public void onComplete() {}
    }

    private static void park() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Throwable failure(LimitedBody<?> body) {
        CompletableFuture<?> end = body.getBody().toCompletableFuture();
        await().until(end::isDone);
        return end.exceptionNow();
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
