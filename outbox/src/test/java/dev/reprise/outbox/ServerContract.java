package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.client.RetryPolicy;
import dev.reprise.testkit.ScriptedServer.Step;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What an outbox does in the database of a server: tables that somebody else makes, and a clock that is not the host's. */
abstract class ServerContract extends OutboxFixture {
    abstract SqlDialect dialect();

    /** The address of an empty database. */
    abstract String newDatabase();

    /** What puts the clock forward that a session sees. */
    abstract List<String> putForward(Duration by);

    static ConnectionSource at(String url) {
        return () -> DriverManager.getConnection(url);
    }

    @Test
    void a_database_without_tables_is_refused_with_what_to_run() {
        ConnectionSource empty = at(newDatabase());

        OutboxException refusal = refusal(empty);

        assertThat(refusal).hasMessageContainingAll("no outbox", "Run");
        String script = String.valueOf(refusal.getMessage()).split("\n\n", 2)[1];
        execute(empty, OutboxSchema.statements(script).toArray(String[]::new));
        assertThat(Outbox.in(empty).list(OutboxState.PENDING, 1)).isEmpty();
    }

    @Test
    void tables_of_a_newer_release_are_refused() {
        execute("UPDATE reprise_outbox_schema SET version = 2");

        assertThat(refusal(connections)).hasMessageContainingAll("schema 2", "schema 1", "newer");
    }

    @Test
    void tables_that_are_not_finished_are_refused_with_what_to_run() {
        execute("DELETE FROM reprise_outbox_schema");

        assertThat(refusal(connections)).hasMessageContaining("INSERT INTO reprise_outbox_schema");
    }

    /** Also on connections that begin a transaction with the first statement, as some pools give them. */
    private static OutboxException refusal(ConnectionSource source) {
        ConnectionSource manual = () -> {
            Connection connection = source.open();
            connection.setAutoCommit(false);
            return connection;
        };
        return catchThrowableOfType(OutboxException.class, () -> Outbox.in(manual));
    }

    @Test
    void taking_operations_keeps_nobody_from_writing_others_down() throws Exception {
        outbox.add(request(KEY));
        try (Connection taking = connections.open()) {
            taking.setAutoCommit(false);
            assertThat(new DeliveryClaims(OutboxSql.of(dialect())).claim(taking, 16, Duration.ofMinutes(2)))
                    .hasSize(1);

            outbox.add(request(new IdempotencyKey("order-2")));
            assertThat(outbox.claim(16, Duration.ofMinutes(2))).hasSize(1);

            taking.commit();
        }
        assertThat(outbox.claim(16, Duration.ofMinutes(2))).isEmpty();
    }

    /**
     * A host whose clock jumps, seen from the database: its own clock and all that it has written jump the other way, while
     * that of the host stands.
     */
    @Test
    void what_the_clock_of_the_host_shows_does_not_matter_S28() throws Exception {
        AtomicLong ahead = new AtomicLong(400);
        Outbox node = Outbox.in(aheadBy(ahead));
        Outbox other = Outbox.in(aheadBy(ahead));
        Instant now = Instant.now().plus(Duration.ofDays(ahead.get()));
        node.add(new OutboxRequest(
                KEY, "POST", server.uri("/charges"), Map.of(), new byte[0], now.plus(Duration.ofDays(9))));
        assertThat(entry().createdAt()).isBetween(now.minusSeconds(600), now.plusSeconds(600));
        Claimed first = node.claim(1, Duration.ofMinutes(2)).getFirst();

        for (int jump : new int[] {-800, 1600, -700}) {
            ahead.addAndGet(jump);
            elapse(Duration.ofDays(-jump));
            assertThat(other.claim(1, Duration.ofMinutes(2)))
                    .as("the lease goes on after a jump of %s days", jump)
                    .isEmpty();
        }
        elapse(Duration.ofMinutes(2));
        assertThat(other.claim(1, Duration.ofMinutes(2))).hasSize(1);
        assertThat(node.end(first, new DeliveryRound.Parked(false, "late"))).isFalse();
    }

    @Test
    void deadlines_and_the_retention_go_by_the_clock_of_the_database_C7() throws Exception {
        AtomicLong ahead = new AtomicLong(400);
        Outbox node = Outbox.in(aheadBy(ahead));
        Deliverer deliverer = Deliverer.of(node, client).policy(policy()).build();
        Instant now = Instant.now().plus(Duration.ofDays(ahead.get()));
        node.add(new OutboxRequest(
                KEY, "POST", server.uri("/charges"), Map.of(), new byte[0], now.plus(Duration.ofDays(9))));
        server.next(new Step.Answer(503, ""));
        server.next(new Step.Answer(503, ""));
        deliverer.deliverDue();
        elapse(RetryPolicy.considerate().retention().minusMinutes(1));
        server.next(new Step.Answer(503, ""));
        server.next(new Step.Answer(503, ""));
        deliverer.deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.PENDING);
        assertThat(server.received()).hasSizeBetween(3, 4);
        elapse(Duration.ofMinutes(2));
        deliverer.deliverDue();
        assertThat(entry().note()).contains("C7");

        // The host's clock is ahead: what it thinks is over has not begun.
        ahead.set(-400);
        Instant then = Instant.now().plus(Duration.ofDays(ahead.get()));
        execute("DELETE FROM reprise_outbox");
        node.add(new OutboxRequest(KEY, "POST", server.uri("/charges"), Map.of(), new byte[0], then.plusSeconds(3600)));
        deliverer.deliverDue();
        assertThat(entry().state()).isEqualTo(OutboxState.DELIVERED);
    }

    /** With a clock that is that many days ahead of the host's. */
    private ConnectionSource aheadBy(AtomicLong ahead) {
        return () -> {
            Connection connection = connections.open();
            try (var statement = connection.createStatement()) {
                for (String one : putForward(Duration.ofDays(ahead.get()))) {
                    statement.execute(one);
                }
            }
            return connection;
        };
    }
}
