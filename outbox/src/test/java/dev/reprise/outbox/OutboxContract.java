package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.Backoff;
import dev.reprise.client.IdempotencyKey;
import dev.reprise.client.RetryPolicy;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import dev.reprise.testkit.SettableClock;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an outbox does in every database. */
abstract class OutboxContract {
    private static final IdempotencyKey KEY = new IdempotencyKey("order-1");

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private final ScriptedServer server = new ScriptedServer();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    @SuppressWarnings("NullAway.Init")
    private ConnectionSource connections;

    @SuppressWarnings("NullAway.Init")
    private Outbox outbox;

    /** A database of its own for each test. */
    abstract ConnectionSource database() throws Exception;

    @BeforeEach
    void open() throws Exception {
        connections = database();
        outbox = Outbox.in(connections, clock);
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.close();
    }

    @Test
    void what_the_callers_transaction_takes_back_is_not_sent() throws Exception {
        try (Connection connection = connections.open()) {
            connection.setAutoCommit(false);
            outbox.add(connection, request(KEY));
            connection.rollback();
            outbox.add(connection, request(new IdempotencyKey("order-2")));
            connection.commit();
        }

        assertThat(deliverer().deliverDue()).isEqualTo(1);
        assertThat(outbox.find(KEY)).isEmpty();
        assertThat(server.received()).singleElement().satisfies(sent -> {
            assertThat(sent.field("idempotency-key")).hasValue("\"order-2\"");
            assertThat(sent.field("content-type")).hasValue("text/plain");
            assertThat(sent.body()).isEqualTo("amount=1000");
        });
    }

    @Test
    void an_answer_ends_it_and_is_kept() throws Exception {
        outbox.add(request(KEY));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
        assertThat(entry().status()).isEqualTo(201);
        assertThat(outbox.answer(KEY).map(OutboxContract::text)).hasValue("effect 1");
        assertThat(deliverer().deliverDue()).isZero();
    }

    @Test
    void a_key_names_one_operation() throws Exception {
        outbox.add(request(KEY));

        assertThatThrownBy(() -> outbox.add(request(KEY))).isInstanceOf(OutboxException.class);
        try (Connection connection = connections.open()) {
            assertThatThrownBy(() -> outbox.add(connection, request(KEY))).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void a_server_that_is_down_gets_it_later_with_the_same_key_and_bytes_C1() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(503, ""));
        server.next(new Step.Answer(503, ""));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.PENDING);
        assertThat(entry().open()).isTrue();
        assertThat(entry().dueAt()).isBetween(clock.instant(), clock.instant().plusSeconds(30));
        clock.advance(Duration.ofSeconds(31));
        deliverer().deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
        assertThat(entry().rounds()).isEqualTo(2);
        assertThat(server.effects()).isEqualTo(1);
        assertThat(server.received().stream().distinct()).hasSize(1);
    }

    @Test
    void a_refusal_ends_it() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(402, "no money"));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.REFUSED);
        assertThat(outbox.answer(KEY).map(OutboxContract::text)).hasValue("no money");
    }

    @Test
    void a_credential_that_is_revoked_says_nothing_about_the_attempt_before_C10() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Reset(true));
        server.next(new Step.Reset(true));
        deliverer().deliverDue();
        clock.advance(Duration.ofSeconds(31));
        server.next(new Step.Answer(401, "who are you"));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.PARKED);
        assertThat(entry().open()).isTrue();
        assertThat(entry().note()).contains("may have happened");
    }

    @Test
    void what_nobody_can_tell_is_parked_and_seen_and_resolved_or_retried() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Answer(500, "recorded", "Idempotent-Replayed", "true"));
        deliverer().deliverDue();

        assertThat(outbox.list(OutboxState.PARKED, 10))
                .extracting(OutboxEntry::key)
                .containsExactly(KEY);
        assertThat(deliverer().deliverDue()).as("parked ones are not sent").isZero();
        assertThat(outbox.retry(KEY)).isTrue();
        server.next(new Step.Answer(409, "{\"type\":\"/problems/outcome-unknown\"}"));
        deliverer().deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.PARKED);
        assertThat(entry().status()).isEqualTo(409);
        assertThat(outbox.resolve(KEY, "the bank has it")).isTrue();
        assertThat(entry().state()).isEqualTo(OutboxState.RESOLVED);
        assertThat(entry().note()).isEqualTo("the bank has it");
        assertThat(outbox.resolve(KEY, "again")).isFalse();
        assertThat(outbox.retry(KEY)).isFalse();
    }

    @Test
    void nothing_is_resent_when_the_server_may_have_forgotten_the_key_C7() throws Exception {
        outbox.add(request(KEY));
        server.next(new Step.Reset(true));
        server.next(new Step.Reset(true));
        deliverer().deliverDue();
        clock.advance(Duration.ofHours(24));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.PARKED);
        assertThat(entry().note()).contains("C7");
        assertThat(server.received()).hasSize(2);
        assertThat(outbox.retry(KEY)).isTrue();
        deliverer().deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.PARKED);
        assertThat(server.received()).hasSize(2);
    }

    @Test
    void what_never_reached_the_server_may_be_sent_for_longer_than_the_retention_C7() throws Exception {
        ScriptedServer down = new ScriptedServer();
        OutboxRequest request = new OutboxRequest(
                KEY,
                "POST",
                down.uri("/charges"),
                Map.of(),
                new byte[0],
                clock.instant().plus(Duration.ofDays(9)));
        int port = down.port();
        down.close();
        outbox.add(request);
        deliverer().deliverDue();
        assertThat(entry().open()).isFalse();
        clock.advance(Duration.ofDays(3));

        try (ScriptedServer up = new ScriptedServer(port)) {
            deliverer().deliverDue();
            assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
            assertThat(up.effects()).isEqualTo(1);
        }
    }

    @Test
    void what_is_over_its_deadline_is_parked_unsent() throws Exception {
        outbox.add(request(KEY));
        clock.advance(Duration.ofDays(2));

        deliverer().deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.PARKED);
        assertThat(entry().note()).contains("deadline").contains("did not happen");
        assertThat(server.received()).isEmpty();
        assertThat(outbox.retry(KEY)).as("gives it an hour").isTrue();
        deliverer().deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
    }

    @Test
    void several_nodes_share_the_work_and_send_nothing_twice() throws Exception {
        int operations = 120;
        for (int i = 0; i < operations; i++) {
            outbox.add(request(new IdempotencyKey("order-" + i)));
        }
        AtomicInteger taken = new AtomicInteger();

        Parallel.run(4, () -> {
            Deliverer node = Deliverer.of(Outbox.in(connections, clock), client)
                    .policy(policy())
                    .atOnce(7)
                    .build();
            int round = node.deliverDue();
            while (round > 0) {
                taken.addAndGet(round);
                round = node.deliverDue();
            }
            return taken;
        });
        while (deliverer().deliverDue() > 0) {
            taken.get();
        }

        assertThat(outbox.list(OutboxState.DELIVERED, 1000)).hasSize(operations);
        assertThat(server.received()).hasSize(operations);
        assertThat(server.received().stream().map(Received::fields).distinct()).hasSize(operations);
        assertThat(server.effects()).isEqualTo(operations);
    }

    @Test
    void a_node_that_comes_back_late_changes_nothing() {
        outbox.add(request(KEY));
        Claimed late = outbox.claim(1, Duration.ofMinutes(2)).getFirst();
        assertThat(outbox.claim(1, Duration.ofMinutes(2))).isEmpty();
        clock.advance(Duration.ofMinutes(2));
        Claimed next = outbox.claim(1, Duration.ofMinutes(2)).getFirst();

        assertThat(next.open()).as("the late one may have sent it").isTrue();
        assertThat(outbox.end(late, new Round.Parked(false, null, "late"))).isFalse();
        assertThat(outbox.end(next, new Round.Ended(OutboxState.DELIVERED, 200, new Round.Body(new byte[2]))))
                .isTrue();
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
    }

    @Test
    void a_credential_is_added_when_it_is_sent() throws Exception {
        outbox.add(request(KEY));
        Deliverer.of(outbox, client)
                .finishing(request -> java.net.http.HttpRequest.newBuilder(request, (name, value) -> true)
                        .header("Authorization", "Bearer secret")
                        .build())
                .build()
                .deliverDue();

        assertThat(server.received().getFirst().field("authorization")).hasValue("Bearer secret");
    }

    @Test
    void what_ended_is_purged_and_nothing_else() throws Exception {
        outbox.add(request(KEY));
        deliverer().deliverDue();
        outbox.add(request(new IdempotencyKey("order-2")));
        Instant later = clock.instant().plusSeconds(1);

        assertThat(outbox.purge(clock.instant())).isZero();
        assertThat(outbox.purge(later)).isEqualTo(1);
        assertThat(outbox.find(KEY)).isEmpty();
        assertThat(outbox.list(OutboxState.PENDING, 10)).hasSize(1);
    }

    @Test
    void settings_and_operations_that_make_no_sense_are_refused() {
        assertThatThrownBy(() -> Deliverer.of(outbox, client)
                        .lease(Duration.ofMinutes(1))
                        .build())
                .hasMessageContainingAll("lease", "deadline");
        assertThatThrownBy(() -> Deliverer.of(outbox, client).atOnce(0).build()).hasMessageContaining("atOnce");
        assertThatThrownBy(() -> new OutboxRequest(KEY, "get", server.uri("/"), Map.of(), new byte[0], clock.instant()))
                .hasMessageContaining("nothing to deliver");
        assertThatThrownBy(() -> new OutboxRequest(
                        KEY, "POST", server.uri("/"), Map.of("a b", "c"), new byte[0], clock.instant()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Deliverer deliverer() {
        return Deliverer.of(outbox, client).policy(policy()).build();
    }

    private static RetryPolicy policy() {
        return RetryPolicy.considerate().withMaxAttempts(2).withBackoff(Backoff.none());
    }

    private OutboxEntry entry() {
        return outbox.find(KEY).orElseThrow();
    }

    private OutboxRequest request(IdempotencyKey key) {
        return new OutboxRequest(
                key,
                "POST",
                server.uri("/charges"),
                Map.of("Content-Type", "text/plain"),
                "amount=1000".getBytes(StandardCharsets.UTF_8),
                clock.instant().plus(Duration.ofDays(2)));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
