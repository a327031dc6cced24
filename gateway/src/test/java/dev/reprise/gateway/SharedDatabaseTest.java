package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reprise.gateway.command.RepriseCommand;
import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.SettingsFile;
import dev.reprise.store.jdbc.SqlDialect;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Several gateways, each a process of its own, on one PostgreSQL: they share operations. */
@ExtendWith(SharedServers.class)
class SharedDatabaseTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final TestService service = new TestService();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final PostgresServer server;
    private final String database;

    SharedDatabaseTest(PostgresServer server) {
        this.server = server;
        database = server.newDatabase();
        server.execute(database, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        service.close();
    }

    private Path config(String... more) throws IOException {
        Path file = folder.resolve("reprise.yaml");
        return Files.writeString(file, """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                database: {url: '%s'}
                upstream: http://127.0.0.1:%d
                defaults: {lease: 2s, max-wait: 30s%s}
                """.formatted(server.url(database), service.port(), String.join("", more)));
    }

    private ChildProcess start(String... more) throws IOException {
        return ChildProcess.java(
                RepriseCommand.class,
                List.of("-Xmx256m"),
                List.of("gateway", "--config", config(more).toString()));
    }

    private static int port(ChildProcess gateway) {
        String line = gateway.awaitLine(printed -> printed.contains("serves"), LIMIT);
        gateway.awaitLine(printed -> printed.contains("records"), LIMIT);
        return URI.create(line.substring(line.indexOf("http"))).getPort();
    }

    private HttpResponse<String> post(int port, String key) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/charges"))
                        .timeout(LIMIT)
                        .header("Idempotency-Key", key)
                        .POST(BodyPublishers.ofString("body"))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void duplicates_at_both_are_executed_once_and_all_get_the_answer_S16() throws Exception {
        service.slowDown(200);
        try (ChildProcess one = start();
                ChildProcess other = start()) {
            int[] ports = {port(one), port(other)};
            AtomicInteger turn = new AtomicInteger();

            List<HttpResponse<String>> responses = Parallel.run(50, () -> post(ports[turn.incrementAndGet() % 2], "k"));

            assertThat(responses).allSatisfy(response -> {
                assertThat(response.statusCode()).isEqualTo(201);
                assertThat(response.body()).isEqualTo("done 1");
            });
            assertThat(responses)
                    .filteredOn(response ->
                            response.headers().firstValue("idempotent-replayed").isPresent())
                    .hasSize(49);
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void what_one_recorded_the_other_replays_after_the_first_was_killed_S19() throws Exception {
        try (ChildProcess one = start();
                ChildProcess other = start()) {
            String answer = post(port(one), "k").body();
            one.kill();

            HttpResponse<String> replay = post(port(other), "k");

            assertThat(replay.body()).isEqualTo(answer);
            assertThat(replay.headers().firstValue("idempotent-replayed")).hasValue("true");
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void what_one_was_killed_in_the_other_calls_unknown_and_a_command_resolves_S15() throws Exception {
        CompletableFuture<HttpServerRequest> held = new CompletableFuture<>();
        service.behave((request, body) -> held.complete(request));
        try (ChildProcess one = start();
                ChildProcess other = start()) {
            int dying = port(one);
            var lost = client.sendAsync(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + dying + "/v1/charges"))
                            .header("Idempotency-Key", "k")
                            .POST(BodyPublishers.ofString("body"))
                            .build(),
                    BodyHandlers.ofString());
            held.get(60, TimeUnit.SECONDS);
            one.kill();
            assertThatThrownBy(lost::get).hasCauseInstanceOf(IOException.class);

            HttpResponse<String> unknown = post(port(other), "k");

            assertThat(unknown.statusCode()).isEqualTo(409);
            assertThat(unknown.body()).contains("outcome-unknown");
            try (ChildProcess command = ChildProcess.java(
                    RepriseCommand.class,
                    List.of(),
                    List.of("operations", "resolve", "k", "--status", "201", "--config", config().toString()))) {
                assertThat(command.awaitExit(LIMIT)).isZero();
                assertThat(command.output())
                        .as("what the pool says about itself is left out")
                        .noneMatch(line -> line.contains("Hikari") || line.contains("reprise - "))
                        .contains("Resolved: retries get the response from now on.");
            }
            assertThat(post(port(other), "k").statusCode()).isEqualTo(201);
            assertThat(service.received()).hasSize(1);
        }
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
        try (ChildProcess gateway = start()) {
            int port = port(gateway);
            String answer = post(port, "before").body();
            server.kill();
            HttpResponse<String> refused = post(port, "during");
            server.restart();

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
