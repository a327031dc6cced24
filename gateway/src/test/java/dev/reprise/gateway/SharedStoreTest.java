package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.gateway.command.RepriseCommand;
import dev.reprise.store.jdbc.Dialect;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two gateway processes that keep their records in one PostgreSQL. */
@ExtendWith(SharedServers.class)
class SharedStoreTest {
    @TempDir
    private Path folder;

    private final PostgresServer server;
    private final String database;
    private final TestService service = new TestService();
    private final AtomicInteger executions = new AtomicInteger();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    SharedStoreTest(PostgresServer server) {
        this.server = server;
        database = server.newDatabase();
        service.behave((request, body) -> {
            executions.incrementAndGet();
            request.response().setStatusCode(201).end("done " + body);
        });
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        service.close();
    }

    @Test
    void share_operations_and_one_goes_on_where_the_other_was_killed_S7_S16() throws Exception {
        server.execute(database, Dialect.POSTGRESQL.script(TableName.DEFAULT));
        try (ChildProcess one = start();
                ChildProcess other = start()) {
            int[] ports = {port(one), port(other)};
            assertThat(post(ports[0], "first").statusCode()).isEqualTo(201);
            HttpResponse<String> replay = post(ports[1], "first");
            assertThat(replay.statusCode()).isEqualTo(201);
            assertThat(replay.body()).isEqualTo("done first");
            assertThat(replay.headers().firstValue("idempotent-replayed")).hasValue("true");
            assertThat(executions).hasValue(1);

            service.slowDown(20);
            AtomicInteger next = new AtomicInteger();
            List<HttpResponse<String>> answers =
                    Parallel.run(20, () -> post(ports[next.getAndIncrement() % 2], "many"));
            assertThat(answers).allSatisfy(answer -> assertThat(answer.body()).isEqualTo("done many"));
            assertThat(executions).hasValue(2);

            one.kill();
            assertThat(post(ports[1], "many").headers().firstValue("idempotent-replayed"))
                    .hasValue("true");
            assertThat(post(ports[1], "after").statusCode()).isEqualTo(201);
            assertThat(executions).hasValue(3);
        }
    }

    @Test
    void without_tables_says_which_statements_to_run() throws Exception {
        try (ChildProcess gateway = start()) {
            gateway.awaitExit(Duration.ofSeconds(60));
            assertThat(gateway.output())
                    .anySatisfy(line -> assertThat(line).contains("cannot be used"))
                    .anySatisfy(line -> assertThat(line).contains("CREATE TABLE reprise_operation ("));
        }
    }

    private ChildProcess start() throws IOException {
        Path config = folder.resolve("reprise.yaml");
        Files.writeString(config, """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                store: %s
                upstream: http://127.0.0.1:%d
                defaults:
                  max-wait: 30s
                """.formatted(server.url(database), service.port()));
        return ChildProcess.java(
                RepriseCommand.class, List.of("-Xmx256m"), List.of("gateway", "--config", config.toString()));
    }

    private static int port(ChildProcess gateway) {
        String line = gateway.awaitLine(l -> l.contains("serves"), Duration.ofSeconds(60));
        gateway.awaitLine(l -> l.contains("records"), Duration.ofSeconds(60));
        return URI.create(line.substring(line.indexOf("http"))).getPort();
    }

    private HttpResponse<String> post(int port, String key) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/charges"))
                        .header("Idempotency-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofString(key))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
