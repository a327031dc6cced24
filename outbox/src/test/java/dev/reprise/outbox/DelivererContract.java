package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.Backoff;
import dev.reprise.client.IdempotencyKey;
import dev.reprise.client.RetryingHttpClient;
import dev.reprise.testkit.ScriptedServer.Step;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a deliverer makes of trouble of its own: settings, interrupts, lost claims. */
abstract class DelivererContract extends DeliveryContract {
    @Test
    void closing_breaks_off_what_is_being_sent_and_it_is_due_at_once_C9() {
        outbox.add(request(KEY));
        server.next(new Step.Stall(false));
        try (Deliverer deliverer = deliverer()) {
            deliverer.start();
            await().until(() -> server.received().size() == 1);
        }

        assertThat(entry().state()).isEqualTo(OutboxState.PENDING);
        assertThat(entry().note()).contains("closed");
        assertThat(entry().open()).as("the server may have executed it").isTrue();
        assertThat(outbox.claim(1, Duration.ofMinutes(2))).hasSize(1);
    }

    @Test
    void a_slow_operation_keeps_nobody_up() {
        Duration hour = Duration.ofHours(1);
        outbox.add(request(KEY));
        server.next(new Step.Silence());
        try (Deliverer deliverer = Deliverer.of(outbox, client)
                .policy(policy().withTimeLimits(hour, hour))
                .lease(hour.multipliedBy(2))
                .interval(Duration.ofMillis(10))
                .atOnce(2)
                .build()) {
            deliverer.start();
            await().until(() -> server.received().size() == 1);
            List<IdempotencyKey> others = IntStream.range(0, 5)
                    .mapToObj(i -> new IdempotencyKey("quick-" + i))
                    .toList();
            others.forEach(key -> outbox.add(request(key)));

            await().until(() -> others.stream().allMatch(key -> entry(key).state() == OutboxState.DELIVERED));
            assertThat(entry().state()).as("is being sent").isEqualTo(OutboxState.PENDING);
        }
        assertThat(server.effects()).isEqualTo(5);
    }

    @Test
    void an_interrupt_breaks_off_what_is_being_sent_and_it_is_due_at_once_C9() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Stall(false));
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                deliverer().deliverDue();
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
        });
        await().until(() -> server.received().size() == 1);

        thread.interrupt();
        thread.join();

        assertThat(interrupted).isTrue();
        assertThat(entry().note()).contains("closed");
        deliverer().deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
        assertThat(server.effects()).isEqualTo(1);
    }

    @Test
    void an_answer_that_is_there_is_recorded_while_it_closes() throws Exception {
        outbox.add(request(KEY));
        Deliverer[] deliverer = new Deliverer[1];
        Thread closing = Thread.ofPlatform().unstarted(() -> deliverer[0].close());
        AtomicInteger opened = new AtomicInteger();
        AtomicBoolean interrupted = new AtomicBoolean();
        ConnectionSource counted = () -> {
            // The first is for opening, the second for the claim, the third for how the round ended.
            if (opened.incrementAndGet() == 3) {
                closing.start();
                await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
                interrupted.set(Thread.currentThread().isInterrupted());
            }
            return connections.open();
        };
        deliverer[0] = Deliverer.of(Outbox.in(counted), client)
                .policy(policy())
                .atOnce(1)
                .build();

        deliverer[0].start();
        await().until(() -> opened.get() >= 3);
        closing.join();

        assertThat(interrupted).as("that may cost a connection").isFalse();
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
    }

    @Test
    void a_closed_one_takes_nothing() throws Exception {
        outbox.add(request(KEY));
        Deliverer deliverer = deliverer();
        deliverer.close();

        assertThat(deliverer.deliverDue()).isZero();
        assertThat(entry().rounds()).isZero();
    }

    @Test
    void what_was_taken_too_long_ago_is_not_sent_any_more() throws Exception {
        AtomicLong ticks = new AtomicLong();
        Outbox frozen = Outbox.in(connections, ticks::get);
        frozen.add(request(KEY));
        Claimed late = frozen.claim(1, Duration.ofMinutes(2)).getFirst();
        ticks.addAndGet(Duration.ofMinutes(2).toNanos());

        DeliveryRound round = delivery(frozen).round(late);

        assertThat(server.received()).isEmpty();
        assertThat(round)
                .isInstanceOfSatisfying(
                        DeliveryRound.Later.class,
                        later -> assertThat(later.open()).isFalse());
        assertThat(frozen.end(late, round)).as("nobody else has taken it").isTrue();
        deliverer().deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
    }

    private Delivery delivery(Outbox from) {
        return new Delivery(
                from.clock(),
                RetryingHttpClient.of(client),
                policy(),
                Backoff.none(),
                RandomGenerator.getDefault(),
                request -> request,
                1 << 20,
                false);
    }

    @Test
    void a_credential_that_cannot_be_had_now_is_asked_for_again() throws Exception {
        outbox.add(request(KEY));
        Deliverer.of(outbox, client)
                .finishing(request -> {
                    throw new IllegalStateException("the vault is sealed");
                })
                .build()
                .deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.PENDING);
        assertThat(entry().open()).isFalse();
        assertThat(entry().note()).contains("the vault is sealed");
        elapse(Duration.ofMinutes(1));
        deliverer().deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
    }

    @Test
    void one_that_cannot_be_sent_from_here_is_parked_and_keeps_nobody_up() throws Exception {
        outbox.add(request(KEY));
        outbox.add(request(new IdempotencyKey("order-2")));
        // As another node wrote it that may set this field.
        execute("UPDATE reprise_outbox SET fields = 'Host: elsewhere' WHERE operation_key = 'order-1'");

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.PARKED);
        assertThat(entry().open()).isFalse();
        assertThat(entry().note()).contains("Host");
        assertThat(entry(new IdempotencyKey("order-2")).state()).isEqualTo(OutboxState.DELIVERED);
    }

    @Test
    void a_failure_that_nobody_expected_does_not_stop_it() {
        outbox.add(request(KEY));
        AtomicInteger opened = new AtomicInteger();
        Outbox failing = Outbox.in(() -> {
            if (opened.incrementAndGet() == 2) {
                throw new IllegalStateException("the pool is broken");
            }
            return connections.open();
        });

        try (Deliverer deliverer = Deliverer.of(failing, client)
                .policy(policy())
                .interval(Duration.ofMillis(10))
                .build()) {
            deliverer.start();
            await().until(() -> entry().state() == OutboxState.DELIVERED);
        }
    }

    @Test
    void a_credential_is_added_when_it_is_sent() throws Exception {
        outbox.add(request(KEY));
        Deliverer.of(outbox, client)
                .finishing(request -> HttpRequest.newBuilder(request, (name, value) -> true)
                        .header("Authorization", "Bearer secret")
                        .build())
                .build()
                .deliverDue();

        assertThat(server.received().getFirst().field("authorization")).hasValue("Bearer secret");
    }

    @Test
    void of_an_answer_no_more_is_kept_than_is_wanted() throws Exception {
        outbox.add(request(KEY));
        Deliverer.of(outbox, client).longestAnswer(6).build().deliverDue();

        assertThat(outbox.answer(KEY).map(OutboxFixture::text)).hasValue("effect");
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
        assertThatThrownBy(() -> Deliverer.of(outbox, client).longestAnswer(-1).build())
                .hasMessageContaining("longestAnswer");
    }

    @Test
    void who_wants_to_know_is_told_the_state_after_each_round() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        try (Deliverer telling = Deliverer.of(outbox, client)
                .policy(policy())
                .betweenRounds(Backoff.none())
                .afterRound((key, state) -> told.add(key.value() + " " + state))
                .build()) {
            outbox.add(request(KEY));
            server.next(new Step.Answer(500, ""));
            server.next(new Step.Answer(500, ""));
            telling.deliverDue();
            server.next(new Step.Answer(402, ""));
            telling.deliverDue();
        }

        assertThat(told).containsExactly("order-1 PENDING", "order-1 REFUSED");
    }

    @Test
    void who_wants_to_know_and_fails_changes_nothing() throws Exception {
        outbox.add(request(KEY));
        Deliverer.of(outbox, client)
                .afterRound((key, state) -> {
                    throw new IllegalStateException("cannot be told");
                })
                .build()
                .deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
    }

    @Test
    void rounds_hold_no_carrier_of_virtual_threads_in_native_code() throws Exception {
        outbox.add(request(KEY));
        AtomicBoolean virtual = new AtomicBoolean(true);

        Deliverer.of(outbox, client)
                .finishing(request -> {
                    virtual.set(Thread.currentThread().isVirtual());
                    return request;
                })
                .build()
                .deliverDue();

        assertThat(virtual).isFalse();
    }

    @Test
    void settings_and_operations_that_make_no_sense_are_refused() {
        assertThatThrownBy(() -> Deliverer.of(outbox, client)
                        .lease(Duration.ofMinutes(1))
                        .build())
                .hasMessageContainingAll("lease", "deadline");
        assertThatThrownBy(() ->
                        Deliverer.of(outbox, client).interval(Duration.ZERO).build())
                .hasMessageContaining("interval");
        assertThatThrownBy(() -> Deliverer.of(outbox, client).atOnce(0).build()).hasMessageContaining("atOnce");
        assertThatThrownBy(() -> new OutboxRequest(KEY, "get", server.uri("/"), Map.of(), new byte[0], Instant.now()))
                .hasMessageContaining("nothing to deliver");
        assertThatThrownBy(() ->
                        new OutboxRequest(KEY, "POST", server.uri("/"), Map.of("a b", "c"), new byte[0], Instant.now()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
