package dev.reprise.outbox;

import dev.reprise.client.Backoff;
import dev.reprise.client.IdempotencyKey;
import dev.reprise.client.RetryPolicy;
import dev.reprise.testkit.ScriptedServer;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An outbox in an empty database, and a server to deliver to. */
abstract class OutboxFixture {
    static final IdempotencyKey KEY = new IdempotencyKey("order-1");

    @TempDir
    Path folder;

    final ScriptedServer server = new ScriptedServer();
    final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    @SuppressWarnings("NullAway.Init")
    ConnectionSource connections;

    @SuppressWarnings("NullAway.Init")
    Outbox outbox;

    /** A database of its own for each test, with the tables where an outbox does not make them. */
    abstract ConnectionSource database() throws Exception;

    @BeforeEach
    void open() throws Exception {
        connections = database();
        outbox = Outbox.in(connections);
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.close();
    }

    /** Lets time go by for an outbox whose clock is the database's: everything that is written moves into the past. */
    final void elapse(Duration time) {
        long millis = time.toMillis();
        execute("UPDATE reprise_outbox SET due_at = due_at - " + millis + ", created_at = created_at - " + millis
                + ", forgotten_at = forgotten_at - " + millis + ", first_sent_at = first_sent_at - " + millis
                + ", deadline_at = deadline_at - " + millis);
    }

    final void execute(String... statements) {
        execute(connections, statements);
    }

    static void execute(ConnectionSource connections, String... statements) {
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** With the tables that a server's administrator makes. */
    static ConnectionSource withTables(SqlDialect dialect, ConnectionSource connections) {
        execute(
                connections,
                OutboxSchema.statements(new OutboxSchema(OutboxSql.of(dialect)).script(0))
                        .toArray(String[]::new));
        return connections;
    }

    /** What takes long on a machine with much else to do. */
    static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(20));
    }

    final Deliverer deliverer() {
        return Deliverer.of(outbox, client).policy(policy()).build();
    }

    static RetryPolicy policy() {
        return RetryPolicy.considerate().withMaxAttempts(2).withBackoff(Backoff.none());
    }

    final OutboxEntry entry() {
        return entry(KEY);
    }

    final OutboxEntry entry(IdempotencyKey key) {
        return outbox.find(key).orElseThrow();
    }

    final OutboxRequest request(IdempotencyKey key) {
        return request(key, "amount=1000".getBytes(StandardCharsets.UTF_8));
    }

    final OutboxRequest request(IdempotencyKey key, byte[] body) {
        return new OutboxRequest(
                key,
                "POST",
                server.uri("/charges"),
                Map.of("Content-Type", "text/plain"),
                body,
                Instant.now().plus(Duration.ofDays(2)));
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
