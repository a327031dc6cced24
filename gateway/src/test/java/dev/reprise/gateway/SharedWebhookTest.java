package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.SettingsFile;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxException;
import dev.reprise.outbox.OutboxState;
import dev.reprise.store.jdbc.SqlDialect;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Several gateways on one PostgreSQL, in which messages wait beside the records: each unknown outcome is told once. */
@ExtendWith(SharedServers.class)
class SharedWebhookTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final TestService service = new TestService();
    private final ScriptedServer receiver = new ScriptedServer();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final PostgresServer server;
    private final String database;

    SharedWebhookTest(PostgresServer server) {
        this.server = server;
        database = server.newDatabase();
        server.execute(database, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
        service.behave((request, body) -> request.connection().close());
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        receiver.close();
        service.close();
    }

    private Gateway start() throws IOException {
        Path file = Files.writeString(folder.resolve("reprise.yaml"), """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                database: {url: '%s'}
                upstream: http://127.0.0.1:%d
                webhook: {unknown: '%s'}
                """.formatted(
                        server.url(database), service.port(), receiver.uri("/unknown")));
        return Gateway.start(SettingsFile.read(file).complete());
    }

    private Outbox outbox() {
        return Outbox.in(() -> DriverManager.getConnection(server.url(database)), "reprise_webhook");
    }

    /** As an operator does it who is told what to run. */
    private void makeTables() {
        OutboxException missing = catchThrowableOfType(OutboxException.class, this::outbox);
        String message = String.valueOf(missing.getMessage());
        server.execute(database, message.substring(message.indexOf("\n\n")));
    }

    private void lose(Gateway gateway, String key) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gateway.address().port() + "/charges"))
                .timeout(LIMIT)
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString("body"))
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(502);
    }

    private List<Received> told(String key) {
        return receiver.received().stream()
                .filter(sent -> sent.body().contains("\"key\":\"" + key + "\""))
                .toList();
    }

    @Test
    void a_database_without_the_table_is_refused_with_the_command_that_prints_it() {
        assertThatThrownBy(this::start)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("The database has no outbox")
                .hasMessageContaining("--table reprise_webhook\" prints")
                .hasMessageNotContaining("\n");
    }

    @Test
    void both_see_all_of_them_and_one_tells() throws Exception {
        makeTables();
        try (Gateway one = start()) {
            lose(one, "before");
            await().atMost(LIMIT).until(() -> !told("before").isEmpty());
            try (Gateway other = start()) {
                for (int i = 0; i < 20; i++) {
                    lose(i % 2 == 0 ? one : other, "k-" + i);
                }
                Outbox outbox = outbox();
                await().atMost(LIMIT)
                        .until(() -> outbox.list(OutboxState.DELIVERED, 100).size() == 21);
                // The other one has looked at all that was there by the time that it tells of these.
                for (String key : List.of("last-1", "last-2")) {
                    lose(other, key);
                    await().atMost(LIMIT).until(() -> !told(key).isEmpty());
                }
            }
        }

        assertThat(receiver.received()).hasSize(23);
    }
}
