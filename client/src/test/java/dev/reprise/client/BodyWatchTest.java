package dev.reprise.client;

import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The watch over bodies, which goes on whatever one of them does (C5). */
class BodyWatchTest {
    private final BodyWatch watch = new BodyWatch();
    private final AtomicInteger checks = new AtomicInteger();
    private final CountDownLatch never = new CountDownLatch(1);

    private final BodyWatch.Watched healthy = new BodyWatch.Watched() {
        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public void check() {
            checks.incrementAndGet();
        }
    };

    @Test
    void a_body_that_throws_when_it_is_looked_after_does_not_end_the_watch_over_others_C5() {
        List<BodyWatch.Watched> broken = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            broken.add(new BodyWatch.Watched() {
                @Override
                public boolean isDone() {
                    return false;
                }

                @Override
                public void check() {
                    throw new AssertionError("a bug of a test");
                }
            });
            broken.add(new BodyWatch.Watched() {
                @Override
                public boolean isDone() {
                    throw new IllegalStateException("a bug of a test");
                }

                @Override
                public void check() {}
            });
        }
        broken.forEach(watch::add);
        watch.add(healthy);

        await().until(() -> checks.get() >= 3);
        broken.forEach(watch::remove);
    }

    @AfterEach
    void stop() {
        watch.remove(healthy);
    }

    @Test
    void whoever_waits_for_a_body_and_blocks_when_it_is_late_does_not_end_the_watch_over_others_C5() {
        List<LimitedBody<String>> late = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            LimitedBody<String> body = new LimitedBody<>(
                    BodySubscribers.ofString(StandardCharsets.UTF_8),
                    Duration.ofMillis(1),
                    System.nanoTime() - Duration.ofHours(1).toNanos(),
                    watch);
            var unused = body.getBody().whenComplete((read, failure) -> park());
            body.onSubscribe(new Subscription() {
                @Override
                public void request(long items) {}

                @Override
                public void cancel() {
                    park();
                }
            });
            late.add(body);
        }
        watch.add(healthy);

        await().until(() -> checks.get() >= 3);
        await().until(() -> late.stream().allMatch(LimitedBody::isDone));
        never.countDown();
    }

    private void park() {
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
