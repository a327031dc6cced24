package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.gateway.command.RepriseCommand;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.Parallel;
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
import org.junit.jupiter.api.io.TempDir;

/** Several gateways, each a process of its own, on one store that they reach by a network: they share operations. */
abstract class SharedStoreContract {
    static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    final TestService service = new TestService();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** The address of the store, as the settings have it. */
    abstract String url();

    @AfterEach
    void stop() {
        client.shutdownNow();
        service.close();
    }

    private static String at(String url) {
        return "database: {url: '" + url + "'}";
    }

    private Path config() throws IOException {
        return config(at(url()));
    }

    private Path config(String where) throws IOException {
        Path file = folder.resolve("reprise.yaml");
        String settings = """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                %s
                upstream: http://127.0.0.1:%d
                defaults: {lease: 2s, max-wait: 30s}
                """.formatted(where, service.port());
        return Files.writeString(file, settings);
    }

    final ChildProcess start() throws IOException {
        return start(url());
    }

    /** The same, on another store. */
    final ChildProcess start(String url) throws IOException {
        return start(config(at(url)));
    }

    private static ChildProcess start(Path config) throws IOException {
        return command("gateway", "--config", config.toString());
    }

    private static ChildProcess command(String... arguments) throws IOException {
        return ChildProcess.java(RepriseCommand.class, List.of("-Xmx256m"), List.of(arguments));
    }

    static int port(ChildProcess gateway) {
        String line = gateway.awaitLine(printed -> printed.contains("serves"), LIMIT);
        gateway.awaitLine(printed -> printed.contains("records"), LIMIT);
        return URI.create(line.substring(line.indexOf("http"))).getPort();
    }

    final HttpResponse<String> post(int port, String key) throws IOException, InterruptedException {
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
                    List.of("-XX:TieredStopAtLevel=1"),
                    List.of("operations", "resolve", "k", "--status", "201", "--config", config().toString()))) {
                assertThat(command.awaitExit(LIMIT)).isZero();
                assertThat(command.output())
                        .as("what pools and drivers say about themselves is left out")
                        // What Java itself warns of names the driver's file; the launcher switches that off.
                        .noneMatch(line -> !line.startsWith("WARNING: ")
                                && (line.contains("river") || line.contains("handler") || line.contains("Hikari")))
                        .contains("Resolved: retries get the response from now on.");
            }
            assertThat(post(port(other), "k").statusCode()).isEqualTo(201);
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void what_a_folder_held_is_replayed_after_it_was_copied_S7() throws Exception {
        Path store = folder.resolve("store");
        String answer;
        try (ChildProcess before = start(config("store: " + store))) {
            answer = post(port(before), "k").body();
            assertThat(before.terminate(LIMIT)).isEqualTo(143);
        }
        try (ChildProcess copy = command("store", "copy", "--from", store.toString(), "--to", url())) {
            assertThat(copy.awaitExit(LIMIT))
                    .as(String.join("\n", copy.output()))
                    .isZero();
            assertThat(copy.output()).anyMatch(line -> line.startsWith("Copied 1 records from "));
        }
        try (ChildProcess after = start()) {
            HttpResponse<String> replay = post(port(after), "k");

            assertThat(replay.body()).isEqualTo(answer);
            assertThat(replay.headers().firstValue("idempotent-replayed")).hasValue("true");
            assertThat(service.received()).hasSize(1);
        }
    }
}
