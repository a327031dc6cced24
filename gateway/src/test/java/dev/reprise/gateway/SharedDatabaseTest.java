package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.SettingsFile;
import dev.reprise.store.jdbc.SqlDialect;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Several gateways on one PostgreSQL. Mostly waits for processes, so several run at a time. */
@ExtendWith(SharedServers.class)
@Execution(ExecutionMode.CONCURRENT)
class SharedDatabaseTest extends SharedStoreContract {
    private final PostgresServer server;
    private final String database;

    SharedDatabaseTest(PostgresServer server) {
        this.server = server;
        database = withTable(server);
    }

    private static String withTable(PostgresServer server) {
        String database = server.newDatabase();
        server.execute(database, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
        return database;
    }

    @Override
    String url() {
        return server.url(database);
    }

    @Test
    void both_meet_what_is_unknown_and_one_asks_the_service_for_both_S33() throws Exception {
        CompletableFuture<HttpServerRequest> asked = new CompletableFuture<>();
        service.behave((request, body) -> {
            if (request.method().name().equals("GET")) {
                asked.complete(request);
            } else {
                request.connection().close();
            }
        });
        try (Gateway one = startAsking();
                Gateway other = startAsking()) {
            assertThat(post(one.address().port(), "k").statusCode()).isEqualTo(502);
            HttpServerRequest question = asked.get(60, TimeUnit.SECONDS);
            for (Gateway gateway : List.of(one, other, one, other)) {
                assertThat(post(gateway.address().port(), "k").body()).contains("outcome-unknown");
            }
            question.response().end("charge 1");

            for (Gateway gateway : List.of(one, other)) {
                await().atMost(LIMIT)
                        .until(() -> post(gateway.address().port(), "k").body().equals("charge 1"));
            }
            assertThat(service.received())
                    .extracting(TestService.Received::method)
                    .containsExactly("POST", "GET");
        }
    }

    private Gateway startAsking() throws IOException {
        Path file =
                Files.writeString(folder.resolve("asking.yaml"), """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                database: {url: '%s'}
                upstream: http://127.0.0.1:%d
                routes:
                  - path: /v1/charges
                    reconcile: {request: 'GET /by-key/{key}', timeout: 10s, any-caller: true}
                """.formatted(server.url(database), service.port()));
        return Gateway.start(SettingsFile.read(file).complete());
    }

    @Test
    void a_database_that_is_restarted_is_used_again_S22() throws Exception {
        // The shared one has other tests on it.
        try (PostgresServer mortal = PostgresServer.start("fsync=off");
                ChildProcess gateway = start(mortal.url(withTable(mortal)))) {
            int port = port(gateway);
            String answer = post(port, "before").body();
            mortal.kill();
            HttpResponse<String> refused = post(port, "during");
            mortal.restart();

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("store-unavailable");
            await().atMost(LIMIT).until(() -> post(port, "during").statusCode() == 201);
            assertThat(post(port, "before").body()).isEqualTo(answer);
            assertThat(service.received()).hasSize(2);
        }
    }

    @Test
    void a_database_that_cannot_be_used_is_named_with_what_to_do() throws Exception {
        String empty = server.newDatabase();
        assertThat(refusal("url: '" + server.url(empty) + "'"))
                .contains("has no table reprise_operation", "reprise schema --dialect postgresql")
                .doesNotContain("CREATE TABLE");
        assertThat(refusal("url: 'jdbc:postgresql://127.0.0.1:1/x'"))
                .startsWith("The database at jdbc:postgresql://127.0.0.1:1/x cannot be used: ");
        assertThat(refusal("url: 'jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database
                        + "?password=secret', user: nobody"))
                .contains("nobody")
                .doesNotContain("secret");
    }

    private String refusal(String settings) throws IOException {
        Path file = Files.writeString(
                folder.resolve("wrong.yaml"),
                "listen: 0\nadmin: 127.0.0.1:0\nupstream: http://127.0.0.1:1\ndatabase: {" + settings + "}\n");
        try (Gateway unexpected = Gateway.start(SettingsFile.read(file).complete())) {
            throw new AssertionError("This gateway started: " + unexpected.address());
        } catch (ConfigException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
