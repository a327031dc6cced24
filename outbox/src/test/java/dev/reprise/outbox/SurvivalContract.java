package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.Backoff;
import dev.reprise.client.IdempotencyKey;
import dev.reprise.client.KeyProfile;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A deliverer goes on whatever is thrown at it, and says when it cannot. */
abstract class SurvivalContract extends DelivererContract {
    private static final IdempotencyKey OTHER = new IdempotencyKey("order-2");

    private Deliverer.Builder quick(Outbox from) {
        return Deliverer.of(from, client)
                .policy(policy())
                .betweenRounds(Backoff.none())
                .interval(Duration.ofMillis(10));
    }

    @Test
    void an_error_of_the_database_does_not_end_it_and_is_seen_in_its_health() {
        outbox.add(request(KEY));
        AtomicBoolean broken = new AtomicBoolean();
        Outbox failing = Outbox.in(() -> {
            if (broken.get()) {
                throw new NoClassDefFoundError("of a test");
            }
            return connections.open();
        });
        broken.set(true);
        Deliverer deliverer = quick(failing).build();
        try (deliverer) {
            assertThat(deliverer.health().working()).isFalse();
            assertThat(deliverer.health().trouble()).contains("not been started");
            deliverer.start();
            await().until(() -> String.valueOf(deliverer.health().trouble()).contains("of a test"));
            assertThat(deliverer.health().working()).isFalse();

            broken.set(false);

            await().until(() -> entry().state() == OutboxState.DELIVERED);
            await().until(() -> deliverer.health().working());
            assertThat(deliverer.health().trouble()).isNull();
        }
        assertThat(deliverer.health().trouble()).contains("closed");
    }

    @Test
    void an_error_in_making_one_ready_is_no_matter_of_the_others_and_leaves_nothing_open() {
        outbox.add(new OutboxRequest(
                KEY,
                "POST",
                server.uri("/charges"),
                Map.of("X-Order", "1"),
                new byte[0],
                Instant.now().plusSeconds(900)));
        outbox.add(request(OTHER));
        AtomicBoolean broken = new AtomicBoolean(true);
        try (Deliverer deliverer = quick(outbox)
                .atOnce(1)
                .finishing(request -> {
                    if (broken.get() && request.headers().firstValue("X-Order").isPresent()) {
                        throw new NoClassDefFoundError("of a test");
                    }
                    return request;
                })
                .build()) {
            deliverer.start();
            await().until(() -> entry(OTHER).state() == OutboxState.DELIVERED
                    && String.valueOf(entry().note()).contains("of a test"));
            assertThat(server.received()).hasSize(1);

            broken.set(false);
            await().until(() -> entry().state() == OutboxState.DELIVERED);
        }
    }

    @Test
    void an_error_in_the_client_ends_its_round_and_not_the_operation() {
        outbox.add(request(KEY));
        AtomicInteger sent = new AtomicInteger();
        HttpClient broken = new DelegatingClient(client) {
            @Override
            public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
                    throws IOException, InterruptedException {
                if (sent.incrementAndGet() <= 3) {
                    throw new StackOverflowError("of a test");
                }
                return super.send(request, handler);
            }
        };
        try (Deliverer deliverer = Deliverer.of(outbox, broken)
                .policy(policy())
                .betweenRounds(Backoff.none())
                .interval(Duration.ofMillis(10))
                .build()
                .start()) {
            await().until(() -> entry().state() == OutboxState.DELIVERED);
            assertThat(deliverer.health().working()).isTrue();
        }
        assertThat(server.effects()).isEqualTo(1);
    }

    @Test
    void what_cannot_be_recorded_costs_no_room() {
        for (int i = 0; i < 10; i++) {
            outbox.add(request(new IdempotencyKey("lost-" + i)));
        }
        AtomicInteger recordings = new AtomicInteger();
        Outbox failing = Outbox.in(() -> {
            boolean recording = Thread.currentThread().getName().startsWith("reprise-outbox-");
            if (recording && recordings.incrementAndGet() <= 5) {
                throw new NoClassDefFoundError("of a test");
            }
            return connections.open();
        });
        try (Deliverer deliverer = quick(failing).atOnce(1).build()) {
            deliverer.start();
            await().until(() -> outbox.list(OutboxState.DELIVERED, 100).size() == 5);
            assertThat(deliverer.health().working()).isTrue();
        }
    }

    @Test
    void an_interrupt_by_a_stranger_does_not_end_it() {
        try (Deliverer deliverer = quick(outbox).build()) {
            deliverer.start();
            await().until(() -> deliverer.health().working());

            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("reprise-outbox"))
                    .forEach(Thread::interrupt);
            outbox.add(request(KEY));

            await().until(() -> entry().state() == OutboxState.DELIVERED);
            await().until(() -> deliverer.health().working());
        }
    }

    @Test
    void a_database_that_does_not_answer_is_seen_in_its_health() throws Exception {
        AtomicBoolean hanging = new AtomicBoolean();
        Outbox slow = Outbox.in(() -> {
            await().until(() -> !hanging.get());
            return connections.open();
        });
        try (Deliverer deliverer = quick(slow)
                .policy(policy().withTimeLimits(Duration.ofMillis(50), Duration.ofMillis(50)))
                .lease(Duration.ofMillis(100))
                .build()) {
            deliverer.start();
            await().until(() -> deliverer.health().working());
            hanging.set(true);

            await().until(() -> String.valueOf(deliverer.health().trouble()).contains("has not answered"));

            hanging.set(false);
            await().until(() -> deliverer.health().working());
        }
    }

    @Test
    void a_key_that_the_profile_cannot_send_is_parked_as_never_sent() throws Exception {
        IdempotencyKey spaced = new IdempotencyKey("order 1");
        outbox.add(request(spaced));

        quick(outbox).profile(KeyProfile.stripe()).build().deliverDue();

        assertThat(entry(spaced).state()).isEqualTo(OutboxState.PARKED);
        assertThat(entry(spaced).open()).isFalse();
        assertThat(server.received()).isEmpty();
    }
}
