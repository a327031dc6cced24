package dev.reprise.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.IdempotencyKey;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Outcome;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxState;
import dev.reprise.spi.Lease;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is told of an unknown outcome, and that it is told once, whoever looks and however often. */
class UnknownWebhookTest extends WebhookFixture {
    @Test
    void somebody_is_told_what_the_record_knows() {
        unknown("k-1", "Connection was closed");
        OperationRecord record = store.find(id("k-1")).orElseThrow();
        Instant since = ((OperationState.Unknown) record.state()).since();
        start(webhook()
                .sender("pay-1:8080")
                .console(id ->
                        URI.create("https://ops.example/console?key=" + id.key().value())));

        await().until(() -> !told("k-1").isEmpty());

        Received sent = told("k-1").getFirst();
        assertThat(sent.method()).isEqualTo("POST");
        assertThat(sent.target()).isEqualTo("/unknown");
        assertThat(sent.field("user-agent")).hasValue("pay-1:8080");
        assertThat(sent.field("content-type")).hasValue("application/json");
        assertThat(keyOf(sent)).matches("\"unknown-[A-Za-z0-9_-]{43}\"");
        assertThat(sent.body())
                .isEqualTo(
                        "{\"event\":\"outcome-unknown\",\"route\":\"/charges\",\"key\":\"k-1\",\"principal\":\"alice\","
                                + "\"since\":\"" + since + "\",\"created-at\":\"" + record.createdAt() + "\","
                                + "\"reason\":\"Connection was closed\",\"attempt\":1,\"token\":\"1\","
                                + "\"console\":\"https://ops.example/console?key=k-1\"}\n");
    }

    @Test
    void what_is_in_texts_stays_text_and_reasons_have_a_bound() {
        String reason = "a \"quoted\" \\ line\n\u0001 \uD83D\uDCB6 " + "x".repeat(476) + "\uD83D\uDCB6 and more";
        unknown("k-1", reason);
        start(webhook());

        await().until(() -> !told("k-1").isEmpty());

        assertThat(told("k-1").getFirst().body())
                .contains("\"reason\":\"a \\\"quoted\\\" \\\\ line\\u000a\\u0001 \\ud83d\\udcb6 " + "x".repeat(476)
                        + "â\u0080¦\",");
    }

    @Test
    void who_cannot_say_where_it_is_seen_keeps_nobody_from_being_told() {
        unknown("k-1", "gone");
        start(webhook().console(id -> {
            throw new IllegalStateException("no pages today");
        }));

        await().until(() -> !told("k-1").isEmpty());

        assertThat(told("k-1").getFirst().body()).doesNotContain("console");
    }

    @Test
    void it_is_told_once_however_often_it_is_seen() {
        unknown("k-1", "gone");
        start(webhook());

        lookOnceMore("k-2");
        lookOnceMore("k-3");

        assertThat(told("k-1")).hasSize(1);
        assertThat(receiver.effects()).isEqualTo(3);
    }

    @Test
    void it_is_not_told_again_after_a_restart_with_other_settings() {
        unknown("k-1", "gone");
        UnknownWebhook before = start(webhook());
        await().until(() -> told("k-1").size() == 1);
        await().until(() -> outbox.list(OutboxState.DELIVERED, 10).size() == 1);
        before.close();

        Outbox reopened = Outbox.inFile(folder.resolve("webhook.db"));
        start(webhook(reopened, URI.create("http://localhost:" + receiver.port() + "/elsewhere"))
                .console(id -> URI.create("https://new.example/")));
        lookOnceMore("k-2");

        assertThat(told("k-1")).hasSize(1);
        assertThat(told("k-2")).extracting(Received::target).containsExactly("/elsewhere");
    }

    @Test
    void what_was_noticed_and_not_delivered_is_delivered_after_a_restart_to_where_it_goes_now() {
        unknown("k-1", "gone");
        URI nobody = receiver.uri("/unknown");
        receiver.close();
        UnknownWebhook before = start(webhook(outbox, nobody));
        await().until(() -> !outbox.list(OutboxState.PENDING, 1).isEmpty());
        before.close();

        try (ScriptedServer moved = new ScriptedServer()) {
            start(webhook(Outbox.inFile(folder.resolve("webhook.db")), moved.uri("/now")));

            await().until(() -> !moved.received().isEmpty());
            assertThat(moved.received()).extracting(Received::target).containsExactly("/now");
            stop();
        }
    }

    @Test
    void nodes_with_outboxes_of_their_own_say_the_same_under_the_same_key() {
        unknown("k-1", "gone");
        start(webhook());
        start(webhook(Outbox.inFile(folder.resolve("other.db")), receiver.uri("/unknown")));

        await().until(() -> told("k-1").size() == 2);

        assertThat(told("k-1"))
                .extracting(Received::body)
                .containsOnly(told("k-1").getFirst().body());
        assertThat(told("k-1"))
                .extracting(WebhookFixture::keyOf)
                .containsOnly(keyOf(told("k-1").getFirst()));
        assertThat(receiver.effects()).isEqualTo(1);
    }

    @Test
    void nodes_that_share_an_outbox_tell_once() {
        start(webhook());
        start(webhook(Outbox.inFile(folder.resolve("webhook.db")), receiver.uri("/unknown"))
                .console(id -> URI.create("https://other.example/")));
        for (int i = 0; i < 20; i++) {
            unknown("k-" + i, "gone");
        }

        await().until(() -> outbox.list(OutboxState.DELIVERED, 100).size() == 20);

        assertThat(receiver.received()).hasSize(20);
    }

    @Test
    void unknown_again_after_somebody_ended_it_is_told_under_another_key() {
        Lease lease = unknown("k-1", "gone");
        start(webhook());
        await().until(() -> told("k-1").size() == 1);

        store.release(lease);
        unknown("k-1", "gone again");

        await().until(() -> told("k-1").size() == 2);
        assertThat(told("k-1")).extracting(WebhookFixture::keyOf).doesNotHaveDuplicates();
    }

    @Test
    void the_key_tells_apart_all_that_makes_another_outcome() {
        Instant at = Instant.parse("2026-11-29T12:00:00Z");
        Set<String> keys = Set.of(
                        record(new Scope("alice", "/a"), "k", 1, at),
                        record(new Scope("bob", "/a"), "k", 1, at),
                        record(new Scope("alice", "/b"), "k", 1, at),
                        record(new Scope("alice", "/a"), "j", 1, at),
                        record(new Scope("alice", "/a"), "k", 2, at),
                        record(new Scope("alice", "/a"), "k", 1, at.plusMillis(1)))
                .stream()
                .map(record -> UnknownMessage.key(record).value())
                .collect(Collectors.toSet());

        assertThat(keys).hasSize(6);
        assertThat(UnknownMessage.key(record(new Scope("alice", "/a"), "k", 1, at.plusNanos(1))))
                .as("a store keeps milliseconds, or more")
                .isEqualTo(UnknownMessage.key(record(new Scope("alice", "/a"), "k", 1, at)));
    }

    private static OperationRecord record(Scope scope, String key, long token, Instant createdAt) {
        return new OperationRecord(
                new OperationId(scope, new IdempotencyKey(key)),
                new RequestFingerprint(1, new byte[] {1}),
                new FencingToken(token),
                1,
                createdAt,
                new OperationState.Running(new Owner("node", 1), createdAt));
    }

    @Test
    void running_and_abandoned_operations_are_not_told_of_until_somebody_finds_them() {
        Lease lease = running("k-1");
        start(webhook());
        lookOnceMore("k-2");
        pass(Duration.ofDays(1));
        lookOnceMore("k-3");
        assertThat(told("k-1")).isEmpty();

        store.parkAbandoned(lease.id(), lease.token(), "a crash");

        await().until(() -> told("k-1").size() == 1);
    }

    @Test
    void it_can_wait_for_those_who_find_out_by_themselves() {
        unknown("young", "gone");
        pass(Duration.ofMinutes(-10));
        unknown("old", "gone");
        start(webhook().after(Duration.ofMinutes(5)));
        await().until(() -> told("old").size() == 1);
        lookOnceMore("older");

        assertThat(told("young")).isEmpty();
    }

    @Test
    void an_engine_lets_it_know_at_once() {
        unknown("k-0", "found by looking, which is over then");
        UnknownWebhook webhook = start(webhook().interval(Duration.ofDays(1)));
        await().until(() -> told("k-0").size() == 1);
        try (IdempotencyEngine engine =
                IdempotencyEngine.over(store).listener(webhook).build()) {
            Operation operation = new Operation(
                    id("k-1"),
                    RequestFingerprint.Source.of(new RequestFingerprint(1, new byte[] {1})),
                    OperationPolicy.DEFAULT);
            Response lost = new Response(502, Headers.EMPTY, Body.EMPTY);
            engine.execute(operation, execution -> new Outcome.Uncertain(lost, "the service is gone"));

            await().until(() -> told("k-1").size() == 1);
        }
    }

    @Test
    void a_store_that_fails_is_asked_again() {
        AtomicBoolean broken = new AtomicBoolean(true);
        AtomicInteger asked = new AtomicInteger();
        OperationStore failing = (OperationStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {OperationStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("list") && asked.incrementAndGet() > 0 && broken.get()) {
                        throw new StoreException("the database is gone", null);
                    }
                    return method.invoke(store, arguments);
                });
        unknown("k-1", "gone");
        start(UnknownWebhook.of(failing, outbox, client, receiver.uri("/unknown"))
                .interval(Duration.ofMillis(10)));
        await().until(() -> asked.get() > 2);
        assertThat(receiver.received()).isEmpty();

        broken.set(false);

        await().until(() -> told("k-1").size() == 1);
    }

    @Test
    void what_is_behind_a_thousand_others_does_not_wait_for_the_next_look() {
        receiver.close();
        IntStream.range(0, 1_050).forEach(i -> unknown("k-" + i, "gone"));

        start(webhook().interval(Duration.ofDays(1)));

        await().until(() -> outbox.list(OutboxState.PENDING, 2_000).size() == 1_050);
    }

    @Test
    void more_than_are_looked_at_in_one_go_are_all_told_of_once_and_few_at_a_time() throws Exception {
        int port = receiver.port();
        receiver.close();
        IntStream.range(0, 1_050).forEach(i -> unknown("k-" + i, "gone"));
        UnknownWebhook noticing = start(webhook(outbox, URI.create("http://127.0.0.1:" + port + "/")));
        await().until(() -> outbox.list(OutboxState.PENDING, 2_000).size() == 1_050);
        noticing.close();

        try (CountingReceiver counting = new CountingReceiver()) {
            start(webhook(outbox, counting.uri()));
            await().until(() -> counting.inFlight() == 4);
            counting.letGo();

            await().until(() -> outbox.list(OutboxState.DELIVERED, 2_000).size() == 1_050);
            assertThat(counting.keys()).hasSize(1_050).doesNotHaveDuplicates();
            assertThat(counting.most()).isEqualTo(4);
        }
    }
}
