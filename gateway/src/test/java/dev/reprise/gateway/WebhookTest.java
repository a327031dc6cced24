package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.console.operations.Initiator;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.Operations;
import dev.reprise.gateway.operations.AdminAccess;
import dev.reprise.gateway.operations.RemoteOperations;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxState;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody is told of outcomes that a gateway makes unknown, once each (S15). */
class WebhookTest {
    @TempDir
    private Path folder;

    private final TestService service = new TestService();
    private final ScriptedServer receiver = new ScriptedServer();

    /** The service breaks off what is sent to /lost, and does everything else. */
    @BeforeEach
    void lose() {
        service.behave((request, body) -> {
            if (request.uri().startsWith("/lost")) {
                request.connection().close();
            } else {
                request.response().setStatusCode(201).end("done");
            }
        });
    }

    @AfterEach
    void stop() {
        receiver.close();
        service.close();
    }

    private GatewayFixture gateway() {
        return gateway(receiver.uri("/unknown").toString(), "");
    }

    /** @param more further settings of the webhook, each behind a comma */
    private GatewayFixture gateway(String told, String more) {
        return new GatewayFixture(
                folder,
                "upstream: http://127.0.0.1:" + service.port() + "\nwebhook: {unknown: '" + told + "'" + more + "}\n");
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(20));
    }

    private List<Received> told(String key) {
        return receiver.received().stream()
                .filter(sent -> sent.body().contains("\"key\":\"" + key + "\""))
                .toList();
    }

    private void lose(GatewayFixture gateway, String key) throws Exception {
        assertThat(gateway.post("/lost", key, "x").statusCode()).isEqualTo(502);
    }

    private Outbox outbox() {
        return Outbox.inFile(folder.resolve("store").resolve("webhook.db"));
    }

    @Test
    void a_connection_that_breaks_makes_one_message_with_a_key_of_its_own() throws Exception {
        try (GatewayFixture gateway = gateway()) {
            lose(gateway, "k-1");
            assertThat(gateway.post("/done", "k-0", "x").statusCode()).isEqualTo(201);
            await().until(() -> !told("k-1").isEmpty());
            for (int retry = 0; retry < 5; retry++) {
                assertThat(gateway.post("/lost", "k-1", "x").statusCode()).isEqualTo(409);
            }
            lose(gateway, "k-2");
            await().until(() -> !told("k-2").isEmpty());

            assertThat(receiver.received()).hasSize(2);
            Received sent = told("k-1").getFirst();
            assertThat(sent.method()).isEqualTo("POST");
            assertThat(sent.target()).isEqualTo("/unknown");
            assertThat(sent.field("idempotency-key").orElseThrow()).startsWith("\"unknown-");
            assertThat(sent.body())
                    .contains(
                            "\"event\":\"outcome-unknown\"",
                            "\"route\":\"/**\"",
                            "\"reason\":\"Connection was closed\"")
                    .contains(
                            "\"console\":\"http://127.0.0.1:" + gateway.adminPort() + "/console/operations?key=k-1\"");
            assertThat(sent.field("user-agent").orElseThrow()).matches("Reprise \\(.+:0\\)");
            await().untilAsserted(() -> assertThat(gateway.metrics())
                    .contains("reprise_webhook_rounds_total{state=\"delivered\"} 2.0")
                    .contains("reprise_webhook_rounds_total{state=\"refused\"} 0.0"));
        }
    }

    @Test
    void a_restart_tells_nobody_again() throws Exception {
        try (GatewayFixture gateway = gateway()) {
            lose(gateway, "k-1");
            await().until(() -> outbox().list(OutboxState.DELIVERED, 10).size() == 1);
        }
        try (GatewayFixture gateway = gateway()) {
            // The second one is noticed after all has been looked at.
            for (String key : List.of("k-2", "k-3")) {
                lose(gateway, key);
                await().until(() -> !told(key).isEmpty());
            }
        }

        assertThat(told("k-1")).hasSize(1);
    }

    @Test
    void one_that_is_released_and_unknown_again_is_told_of_again_under_another_key() throws Exception {
        try (GatewayFixture gateway = gateway()) {
            lose(gateway, "k-1");
            await().until(() -> told("k-1").size() == 1);
            release(gateway, "k-1");
            lose(gateway, "k-1");

            await().until(() -> told("k-1").size() == 2);
            assertThat(told("k-1"))
                    .extracting(sent -> sent.field("idempotency-key").orElseThrow())
                    .doesNotHaveDuplicates();
        }
    }

    private void release(GatewayFixture gateway, String key) throws Exception {
        try (Operations operations =
                new RemoteOperations(AdminAccess.read(folder.resolve("store")).orElseThrow())) {
            var unknown =
                    operations.list(OperationFilter.ofKey(key, 1)).operations().getFirst();
            operations.release(
                    unknown.id(), unknown.seen(), new Initiator("operator", "looked up at " + gateway.port()));
        }
    }

    @Test
    void a_secret_is_sent_and_is_nowhere_else() throws Exception {
        Path secret = PrivateFile.write(folder.resolve("secret"), "Bearer planted-1\n");
        receiver.next(new Step.Answer(500, ""));
        String printed;
        try (CapturedLogs logs = CapturedLogs.ofEverything();
                GatewayFixture gateway =
                        gateway(receiver.uri("/planted?planted").toString(), ", authorization-file: " + secret)) {
            lose(gateway, "k-1");
            await().until(() -> told("k-1").size() == 2);
            Files.writeString(secret, "Bearer planted\nX-Other: y");
            lose(gateway, "k-2");
            await().until(() -> outbox().list(OutboxState.PENDING, 1).stream().anyMatch(entry -> entry.note() != null));
            Files.writeString(secret, "Bearer planted-2\n");
            await().until(() -> told("k-2").size() == 1);
            printed = logs.text() + gateway.metrics();
        }
        assertThat(told("k-1"))
                .extracting(sent -> sent.field("authorization").orElseThrow())
                .containsOnly("Bearer planted-1");
        assertThat(told("k-2").getFirst().field("authorization")).hasValue("Bearer planted-2");
        assertThat(printed).contains("webhook").doesNotContain("planted");
        assertThat(everyFile()).contains("outcome-unknown").doesNotContain("planted");
    }

    private String everyFile() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder.resolve("store"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    @Test
    void nobody_else_may_read_what_waits() throws Exception {
        try (GatewayFixture gateway = gateway()) {
            lose(gateway, "k-1");
            await().until(() -> !told("k-1").isEmpty());
            try (Stream<Path> files = Files.list(folder.resolve("store"))) {
                assertThat(files.filter(file -> file.getFileName().toString().startsWith("webhook.db")))
                        .isNotEmpty()
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .isEqualTo("rw-------"));
            }
        }
    }

    @Test
    void a_receiver_that_refuses_is_logged_once_and_told_again_and_the_next_message_gets_through() throws Exception {
        receiver.next(new Step.Answer(404, ""));
        try (CapturedLogs logs = CapturedLogs.ofEverything();
                GatewayFixture gateway = gateway()) {
            lose(gateway, "k-1");
            await().until(() -> told("k-1").size() == 1);
            lose(gateway, "k-2");
            await().until(() -> !told("k-2").isEmpty());
            await().until(() -> told("k-1").size() == 2);

            await().until(() -> outbox().list(OutboxState.DELIVERED, 10).size() == 2);
            assertThat(logs.text())
                    .containsOnlyOnce("does not take messages")
                    .contains("reprise outbox list --state pending --file ")
                    .doesNotContain("will not be told");
        }
    }

    @Test
    void a_receiver_that_is_down_is_told_when_it_is_back_and_the_log_says_so() throws Exception {
        int port = receiver.port();
        try (CapturedLogs logs = CapturedLogs.ofEverything();
                GatewayFixture gateway = gateway()) {
            receiver.close();
            lose(gateway, "k-1");
            await().until(() -> logs.text().contains("does not take messages"));
            try (ScriptedServer back = new ScriptedServer(port)) {
                await().until(() -> back.received().size() == 1);
                await().until(() -> logs.text().contains("takes messages again"));
            }
        }
    }

    @Test
    void an_outbox_that_fails_is_seen_in_the_metrics_and_in_the_console_until_it_works() throws Exception {
        try (GatewayFixture gateway = gateway()) {
            lose(gateway, "k-1");
            await().until(() -> !told("k-1").isEmpty());
            ConsoleClient console = console(gateway);
            assertThat(gateway.metrics())
                    .contains(
                            "reprise_webhook_healthy 1.0", "reprise_webhook_waiting 0.0", "reprise_webhook_parked 0.0");
            assertThat(console.get("/").body()).doesNotContain("The webhook makes no progress");

            inOutbox("ALTER TABLE reprise_outbox RENAME TO elsewhere");
            await().untilAsserted(() -> assertThat(gateway.metrics()).contains("reprise_webhook_healthy 0.0"));
            assertThat(console.get("/").body()).contains("The webhook makes no progress: ");

            inOutbox("ALTER TABLE elsewhere RENAME TO reprise_outbox");
            await().untilAsserted(() -> assertThat(gateway.metrics()).contains("reprise_webhook_healthy 1.0"));
            assertThat(console.get("/").body()).doesNotContain("The webhook makes no progress");
        }
    }

    private ConsoleClient console(GatewayFixture gateway) throws Exception {
        String secret =
                Files.readAllLines(folder.resolve("store").resolve("admin")).get(1);
        return new ConsoleClient(gateway.client(), gateway.adminPort(), secret);
    }

    private void inOutbox(String statement) throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + folder.resolve("store").resolve("webhook.db") + "?busy_timeout=30000");
                Statement changing = connection.createStatement()) {
            changing.execute(statement);
        }
    }

    /** The receiver answers nobody at first, so that whatever does not keep to its bounds would pile up there. */
    @Test
    void a_thousand_at_once_neither_stampede_nor_disturb_what_is_proxied() throws Exception {
        AtomicInteger waiting = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Set<String> keys = ConcurrentHashMap.newKeySet();
        CompletableFuture<Void> gate = new CompletableFuture<>();
        try (TestService slow = new TestService();
                GatewayFixture gateway = gateway("http://127.0.0.1:" + slow.port() + "/unknown", "")) {
            slow.behave((request, body) -> {
                most.accumulateAndGet(waiting.incrementAndGet(), Math::max);
                keys.add(String.valueOf(request.getHeader("Idempotency-Key")));
                var unused = gate.thenRun(() -> {
                    waiting.decrementAndGet();
                    request.response().setStatusCode(204).end();
                });
            });
            AtomicInteger number = new AtomicInteger();
            Parallel.run(50, () -> {
                for (int i = 0; i < 20; i++) {
                    gateway.post("/lost", "lost-" + number.incrementAndGet(), "x");
                }
                return true;
            });
            await().until(() -> waiting.get() >= 4);

            List<HttpResponse<String>> meanwhile =
                    Parallel.run(200, () -> gateway.post("/done", "done-" + number.incrementAndGet(), "x"));

            assertThat(meanwhile)
                    .allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(201));
            gate.complete(null);
            // All thousand of them are told of in the test of the webhook itself, which has no gateway to wait for.
            await().until(() -> keys.size() > 100);
            assertThat(most.get())
                    .as("four, and as many that were given up just before")
                    .isLessThanOrEqualTo(8);
        }
    }
}
