package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reprise.gateway.command.RepriseCommand;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A gateway that is killed before somebody is told, and its successor. Mostly waits for processes, so it runs beside others. */
@Execution(ExecutionMode.CONCURRENT)
class WebhookKillTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private final TestService service = new TestService();
    private final ScriptedServer receiver = new ScriptedServer();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void stop() {
        client.shutdownNow();
        receiver.close();
        service.close();
    }

    private ChildProcess start(List<String> options, String webhook) throws IOException {
        Path config = Files.writeString(
                folder.resolve("reprise.yaml"), """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                store: %s
                upstream: http://127.0.0.1:%d
                defaults: {lease: 1s}
                %s
                """.formatted(folder.resolve("store"), service.port(), webhook));
        List<String> all = new ArrayList<>(List.of("-Xmx256m"));
        all.addAll(options);
        return ChildProcess.java(RepriseCommand.class, all, List.of("gateway", "--config", config.toString()));
    }

    private ChildProcess start() throws IOException {
        return start(List.of(), "webhook: {unknown: '" + receiver.uri("/unknown") + "'}");
    }

    private HttpRequest charge(ChildProcess gateway) {
        String line = gateway.awaitLine(printed -> printed.contains("serves"), LIMIT);
        gateway.awaitLine(printed -> printed.contains("records"), LIMIT);
        return HttpRequest.newBuilder(
                        URI.create(line.substring(line.indexOf("http")).strip() + "/charges"))
                .timeout(LIMIT)
                .header("Idempotency-Key", "k")
                .POST(BodyPublishers.ofString("body"))
                .build();
    }

    @Test
    void what_was_noticed_and_not_delivered_is_told_under_the_same_key() throws Exception {
        service.behave((request, body) -> request.connection().close());
        receiver.next(new Step.Silence());
        try (ChildProcess gateway = start()) {
            assertThat(client.send(charge(gateway), BodyHandlers.ofString()).statusCode())
                    .isEqualTo(502);
            await().atMost(LIMIT).until(() -> receiver.received().size() == 1);
            gateway.kill();
        }
        assertThat(receiver.effects()).as("nobody was told").isZero();

        try (ChildProcess gateway = start()) {
            charge(gateway);
            await().atMost(LIMIT).until(() -> receiver.effects() == 1);
        }

        List<Received> told = receiver.received();
        assertThat(told).hasSize(2);
        assertThat(told.get(1).fields().get("idempotency-key"))
                .isEqualTo(told.get(0).fields().get("idempotency-key"));
        assertThat(told.get(1).body()).isEqualTo(told.get(0).body());
    }

    @Test
    void what_a_crash_has_cut_off_is_told_when_a_retry_finds_it() throws Exception {
        CompletableFuture<HttpServerRequest> working = new CompletableFuture<>();
        service.behave((request, body) -> working.complete(request));
        try (ChildProcess gateway = start()) {
            CompletableFuture<HttpResponse<String>> lost = client.sendAsync(charge(gateway), BodyHandlers.ofString());
            working.get(60, TimeUnit.SECONDS);
            gateway.kill();
            assertThatThrownBy(lost::get).hasCauseInstanceOf(IOException.class);
        }
        try (ChildProcess gateway = start()) {
            HttpRequest retry = charge(gateway);
            await().atMost(LIMIT)
                    .until(() ->
                            client.send(retry, BodyHandlers.ofString()).body().contains("outcome-unknown"));
            await().atMost(LIMIT).until(() -> receiver.effects() == 1);
        }

        assertThat(receiver.received())
                .singleElement()
                .satisfies(sent -> assertThat(sent.body())
                        .contains("\"event\":\"outcome-unknown\"", "\"key\":\"k\"", "\"attempt\":1"));
    }

    @Test
    void a_gateway_that_tells_nobody_loads_nothing_for_it() throws Exception {
        Path classes = folder.resolve("classes");
        try (ChildProcess gateway = start(List.of("-Xlog:class+load:file=" + classes), "")) {
            charge(gateway);
            gateway.terminate(LIMIT);
        }

        assertThat(Files.readString(classes))
                .contains("dev.reprise.gateway.Gateway")
                .doesNotContain(
                        "org.sqlite", "dev.reprise.outbox.Outbox", "dev.reprise.webhook", "jdk.internal.net.http");
    }
}
