package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.console.access.ConsoleToken;
import dev.reprise.console.access.ConsoleUser;
import dev.reprise.console.access.Role;
import dev.reprise.gateway.TestService.Received;
import dev.reprise.gateway.config.SettingsFile;
import dev.reprise.store.jdbc.SqlDialect;
import dev.reprise.store.jdbc.TableName;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Operators at two gateways that share records have a service asked, one at a time (S33). */
@ExtendWith(SharedServers.class)
class ReconcileOnTwoNodesTest {
    private static final String PATH = "/operation/reconcile";
    private static final int KEYS = 8;

    private final HttpClient client = HttpClient.newHttpClient();
    private final TestService service = new TestService();
    private final ConsoleToken token = ConsoleToken.create(new SecureRandom());
    private final String url;

    @TempDir
    private Path folder;

    ReconcileOnTwoNodesTest(PostgresServer server) {
        String database = server.newDatabase();
        server.execute(database, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
        url = server.url(database);
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        service.close();
    }

    private Gateway start(String reconcile) throws IOException {
        Path users =
                Files.writeString(folder.resolve("users"), token.line(new ConsoleUser("olivia", Role.OPERATOR)) + "\n");
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-------"));
        Path file = Files.writeString(
                folder.resolve("reprise.yaml"),
                "listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\nupstream: http://127.0.0.1:" + service.port()
                        + "\ndatabase: {url: '" + url + "'}\nconsole: {users: " + users
                        + "}\nprincipal: {trusted-header: X-User}\nroutes:\n  - path: /charges\n" + reconcile);
        return Gateway.start(SettingsFile.read(file).complete());
    }

    private Gateway node() throws IOException {
        return start("    reconcile: {request: 'GET /by-key/{key}', timeout: 10s, grace: 0s}\n");
    }

    private HttpResponse<String> post(Gateway gateway, String key) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://" + gateway.address() + "/charges"))
                        .timeout(Duration.ofSeconds(60))
                        .header("Idempotency-Key", key)
                        .header("X-User", "alice")
                        .POST(BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());
    }

    private ConsoleClient operator(Gateway gateway) throws Exception {
        return new ConsoleClient(client, gateway.admin().port(), token.text());
    }

    /** Operations that became unknown while nobody knew how to ask. */
    private void lose() throws Exception {
        service.behave((request, body) -> request.connection().close());
        try (Gateway before = start("")) {
            for (int i = 0; i < KEYS; i++) {
                assertThat(post(before, "k" + i).body()).contains("outcome-unknown");
            }
        }
    }

    private List<String> asked() {
        return service.received().stream()
                .filter(request -> request.method().equals("GET"))
                .map(Received::uri)
                .toList();
    }

    @Test
    void who_comes_second_learns_that_somebody_else_has_the_turn() throws Exception {
        lose();
        CompletableFuture<HttpServerRequest> held = new CompletableFuture<>();
        service.behave((request, body) -> held.complete(request));
        try (Gateway one = node();
                Gateway other = node();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ConsoleClient first = operator(one);
            ConsoleClient second = operator(other);
            String operation = first.operation("k0");
            Future<HttpResponse<String>> waiting = threads.submit(() -> first.act(PATH, operation));
            HttpServerRequest question = held.get(60, TimeUnit.SECONDS);

            HttpResponse<String> refused = second.act(PATH, operation);

            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(refused.body()).contains("Somebody else has the turn", "Nothing was done");
            question.response().setStatusCode(201).end("charge");
            assertThat(waiting.get(60, TimeUnit.SECONDS).body()).contains("It has happened");
            assertThat(asked()).containsExactly("/by-key/k0");
            assertThat(second.get("/operation?op=" + operation).body()).contains("charge");
        }
    }

    @Test
    void at_both_at_once_each_service_is_asked_once_and_each_operation_ends_once() throws Exception {
        lose();
        service.behave((request, body) -> {
            boolean happened = request.uri().matches(".*[02468]");
            boolean question = request.method().name().equals("GET");
            request.response().setStatusCode(question && !happened ? 404 : 201).end(question ? "found" : "executed");
        });
        try (Gateway one = node();
                Gateway other = node()) {
            List<ConsoleClient> operators = List.of(operator(one), operator(other));
            for (int i = 0; i < KEYS; i++) {
                String key = "k" + i;
                String operation = operators.getFirst().operation(key);
                AtomicInteger caller = new AtomicInteger();

                List<HttpResponse<String>> pages = Parallel.run(
                        6, () -> operators.get(caller.getAndIncrement() % 2).act(PATH, operation));

                assertThat(pages)
                        .as(key)
                        .filteredOn(page -> page.statusCode() == 200)
                        .singleElement()
                        .satisfies(
                                page -> assertThat(page.body()).containsAnyOf("It has happened", "It did not happen"));
                assertThat(asked()).as(key).hasSize(i + 1);
                assertThat(post(i % 3 == 0 ? one : other, key).body()).isEqualTo(i % 2 == 0 ? "found" : "executed");
            }
        }
        assertThat(service.received())
                .filteredOn(request -> request.method().equals("POST"))
                .as("the lost ones, and those that had not happened")
                .hasSize(KEYS + KEYS / 2);
    }
}
