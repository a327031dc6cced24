package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reprise.gateway.command.RepriseCommand;
import dev.reprise.testkit.ChildProcess;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A gateway that is killed while the service works, and its successor, which a retry makes ask what happened (S33). Mostly waits. */
@Execution(ExecutionMode.CONCURRENT)
class ReconcileKillTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final TestService service = new TestService();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void stop() {
        client.shutdownNow();
        service.close();
    }

    private ChildProcess start() throws IOException {
        Path config = Files.writeString(
                folder.resolve("reprise.yaml"), """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                store: %s
                upstream: http://127.0.0.1:%d
                principal: {trusted-header: X-User}
                routes:
                  - path: /charges
                    lease: 1s
                    reconcile: {request: 'GET /by-key/{key}', grace: 0s}
                """.formatted(folder.resolve("store"), service.port()));
        return ChildProcess.java(
                RepriseCommand.class, List.of("-Xmx256m"), List.of("gateway", "--config", config.toString()));
    }

    private HttpRequest charge(ChildProcess gateway) {
        String line = gateway.awaitLine(printed -> printed.contains("serves"), LIMIT);
        gateway.awaitLine(printed -> printed.contains("records"), LIMIT);
        return HttpRequest.newBuilder(
                        URI.create(line.substring(line.indexOf("http")).strip() + "/charges"))
                .timeout(LIMIT)
                .header("Idempotency-Key", "k")
                .header("X-User", "alice")
                .POST(BodyPublishers.ofString("body"))
                .build();
    }

    /** Kills a gateway while the service works on a charge. */
    private void killMidway() throws Exception {
        CompletableFuture<HttpServerRequest> working = new CompletableFuture<>();
        service.behave((request, body) -> working.complete(request));
        try (ChildProcess gateway = start()) {
            var lost = client.sendAsync(charge(gateway), BodyHandlers.ofString());
            working.get(60, TimeUnit.SECONDS);
            gateway.kill();
            assertThatThrownBy(lost::get).hasCauseInstanceOf(IOException.class);
        }
    }

    private HttpResponse<String> awaitAnswer(HttpRequest charge) {
        return await().atMost(LIMIT)
                .until(() -> client.send(charge, BodyHandlers.ofString()), answer -> answer.statusCode() != 409);
    }

    @Test
    void what_happened_is_replayed_S15_S33() throws Exception {
        killMidway();
        service.behave((request, body) -> request.response()
                .setStatusCode(request.method().name().equals("GET") ? 201 : 500)
                .end("charge 1"));
        try (ChildProcess gateway = start()) {
            HttpResponse<String> answer = awaitAnswer(charge(gateway));

            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(answer.body()).isEqualTo("charge 1");
            assertThat(answer.headers().firstValue("idempotent-replayed")).hasValue("true");
            assertThat(service.received())
                    .extracting(TestService.Received::method)
                    .containsExactly("POST", "GET");
        }
    }

    @Test
    void what_did_not_happen_is_executed_S15_S33() throws Exception {
        killMidway();
        service.behave((request, body) -> request.response()
                .setStatusCode(request.method().name().equals("GET") ? 404 : 201)
                .end("charge 2"));
        try (ChildProcess gateway = start()) {
            HttpResponse<String> answer = awaitAnswer(charge(gateway));

            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(answer.headers().firstValue("idempotent-replayed")).isEmpty();
            assertThat(service.received())
                    .extracting(TestService.Received::method)
                    .containsExactly("POST", "GET", "POST");
        }
    }
}
