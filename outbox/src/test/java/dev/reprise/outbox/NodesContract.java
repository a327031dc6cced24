package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.Backoff;
import dev.reprise.client.IdempotencyKey;
import dev.reprise.client.RetryPolicy;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.ScriptedServer.Received;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Several nodes at once on one server, and what happens when one of them dies, or the server. The oracle is what the API
 * received.
 */
abstract class NodesContract extends BrokenSessionsContract {
    private static final int OPERATIONS = 300;
    private static final Duration INTERVAL = Duration.ofMillis(100);

    abstract void killServer();

    abstract void restartServer();

    @Test
    void nodes_that_all_live_send_each_operation_once() throws Exception {
        write();
        try (Deliverer one = node(Outbox.in(connections), client);
                Deliverer two = node(Outbox.in(connections), client);
                Deliverer three = node(Outbox.in(connections), client)) {
            List.of(one, two, three).forEach(Deliverer::start);
            awaitEnd();
        }

        assertThat(server.received()).hasSize(OPERATIONS);
        assertThat(byKey()).hasSize(OPERATIONS);
        assertThat(outbox.list(OutboxState.DELIVERED, 2 * OPERATIONS))
                .hasSize(OPERATIONS)
                .allSatisfy(entry -> assertThat(entry.rounds()).isEqualTo(1));
    }

    @Test
    void what_a_killed_node_has_sent_is_sent_again_as_it_was_and_ends_once_C1() throws Exception {
        write();
        try (ChildProcess child = ChildProcess.java(HoldingNode.class, List.of("-Xmx128m"), List.of(url()));
                Deliverer one = node(Outbox.in(connections), client);
                Deliverer two = node(Outbox.in(connections), client)) {
            child.awaitLine("holding"::equals, Duration.ofSeconds(60));
            List.of(one, two).forEach(Deliverer::start);
            await().until(() -> server.received().size() >= OPERATIONS / 3);
            child.kill();
            awaitEnd();
        }

        assertThat(server.effects()).isEqualTo(OPERATIONS);
        assertThat(byKey())
                .hasSize(OPERATIONS)
                .allSatisfy((key, sent) -> assertThat(sent.stream().distinct()).hasSize(1))
                .anySatisfy((key, sent) -> assertThat(sent).hasSize(2));
        assertThat(outbox.list(OutboxState.DELIVERED, 2 * OPERATIONS))
                .hasSize(OPERATIONS)
                .allSatisfy(entry -> assertThat(entry.rounds())
                        .as("taken as often as sent")
                        .isEqualTo(sent(entry.key()).size()));
    }

    @Test
    void a_server_that_goes_away_and_comes_back_costs_nothing_but_time() throws Exception {
        write();
        AtomicInteger sent = new AtomicInteger();
        CountDownLatch midway = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        Outbox counted = Outbox.in(() -> counted(asked, refused));
        try (Deliverer deliverer = node(counted, client, request -> {
            if (sent.incrementAndGet() == OPERATIONS / 3) {
                midway.countDown();
                awaitUninterrupted(gone);
            }
            return request;
        })) {
            deliverer.start();
            midway.await();
            killServer();
            int before = asked.get();
            long from = System.nanoTime();
            gone.countDown();
            await().pollDelay(INTERVAL.multipliedBy(10)).until(() -> refused.get() >= 5);
            long during = (long) asked.get() - before;
            long intervals = (System.nanoTime() - from) / INTERVAL.toNanos();
            restartServer();
            assertThat(during).as("no busy loop").isLessThanOrEqualTo(intervals + 20);
            awaitEnd();
        } finally {
            gone.countDown();
        }

        assertThat(server.effects()).isEqualTo(OPERATIONS);
        assertThat(byKey())
                .hasSize(OPERATIONS)
                .allSatisfy((key, requests) ->
                        assertThat(requests.stream().distinct()).hasSize(1));
        assertThat(outbox.list(OutboxState.DELIVERED, 2 * OPERATIONS)).hasSize(OPERATIONS);
    }

    private Connection counted(AtomicInteger asked, AtomicInteger refused) throws SQLException {
        asked.incrementAndGet();
        try {
            return connections.open();
        } catch (SQLException e) {
            refused.incrementAndGet();
            throw e;
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void write() throws SQLException {
        try (Connection connection = connections.open()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < OPERATIONS; i++) {
                byte[] body = ("amount=" + i).getBytes(StandardCharsets.UTF_8);
                outbox.add(connection, request(new IdempotencyKey("order-" + i), body));
            }
            connection.commit();
        }
    }

    private void awaitEnd() {
        await().until(() -> outbox.list(OutboxState.PENDING, 1).isEmpty());
    }

    private Map<String, List<Received>> byKey() {
        return server.received().stream()
                .collect(Collectors.groupingBy(
                        request -> request.field("idempotency-key").orElseThrow()));
    }

    private List<Received> sent(IdempotencyKey key) {
        return byKey().getOrDefault("\"" + key.value() + "\"", List.of());
    }

    private static Deliverer node(Outbox outbox, HttpClient client) {
        return node(outbox, client, UnaryOperator.identity());
    }

    static Deliverer node(Outbox outbox, HttpClient client, UnaryOperator<HttpRequest> finishing) {
        return Deliverer.of(outbox, client)
                .policy(RetryPolicy.considerate()
                        .withMaxAttempts(1)
                        .withTimeLimits(Duration.ofSeconds(2), Duration.ofSeconds(2)))
                .lease(Duration.ofSeconds(5))
                .betweenRounds(Backoff.full(Duration.ofMillis(50), Duration.ofMillis(200)))
                .interval(INTERVAL)
                .finishing(finishing)
                .build();
    }
}
