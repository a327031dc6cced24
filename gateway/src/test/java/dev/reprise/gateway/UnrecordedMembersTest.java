package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members of answers that the first caller gets and nobody finds afterwards, in the folder of the store either (S18). */
class UnrecordedMembersTest {
    private static final String SECRET = "planted-secret-4242";
    private static final String NUMBER = "planted-number-1881";
    private static final String KEPT = "planted-name-9313";
    private static final String ANSWER = """
            {"name": "%s", "client_secret": "%s",
             "cards": [{"number": "%s", "month": 12}, {"number": "%s", "month": 1}]}
            """.formatted(KEPT, SECRET, NUMBER, NUMBER);
    private static final String MASKED = ANSWER.replace(SECRET, "").replace(NUMBER, "");

    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    private GatewayFixture gateway(String members, String... more) {
        return new GatewayFixture(
                folder,
                "upstream: http://127.0.0.1:" + service.port() + "\nprincipal: {trusted-header: X-User}\n"
                        + "routes:\n  - path: /payments\n    unrecorded-members: " + members + "\n    "
                        + String.join("\n    ", more) + "\n");
    }

    private void answerAs(String contentType, String body) {
        service.behave((request, sent) -> request.response()
                .setStatusCode(201)
                .putHeader("Content-Type", contentType)
                .putHeader("ETag", "\"made-of-the-body\"")
                .putHeader("X-Account", "1")
                .end(body));
    }

    private static HttpResponse<String> pay(GatewayFixture gateway) throws Exception {
        return gateway.send(gateway.request("/payments")
                .header("Idempotency-Key", "k")
                .header("X-User", "alice")
                .POST(BodyPublishers.ofString("{}")));
    }

    private List<Path> filesWith(String text) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("store"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> {
                        try {
                            return Files.readString(file, StandardCharsets.ISO_8859_1)
                                    .contains(text);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }

    private String shownByConsole(GatewayFixture gateway) throws Exception {
        String secret =
                Files.readAllLines(folder.resolve("store").resolve("admin")).get(1);
        ConsoleClient operator = new ConsoleClient(gateway.client(), gateway.adminPort(), secret);
        return operator.get("/operation?op=" + operator.operation("k")).body();
    }

    private static void requireMasked(HttpResponse<String> replay, String masked) {
        assertThat(replay.statusCode()).isEqualTo(201);
        assertThat(replay.body()).isEqualTo(masked);
        assertThat(replay.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        assertThat(replay.headers().firstValue("Idempotent-Members-Omitted")).hasValue("true");
        assertThat(replay.headers().firstValue("Content-Length"))
                .hasValue(String.valueOf(masked.getBytes(StandardCharsets.UTF_8).length));
        assertThat(replay.headers().firstValue("X-Account")).hasValue("1");
        assertThat(replay.headers().firstValue("ETag")).isEmpty();
    }

    /** A longer answer is looked through beside the event loop. */
    @ParameterizedTest
    @ValueSource(ints = {0, 200_000})
    void are_the_first_callers_and_neither_in_replays_nor_in_files_nor_in_the_console(int length) throws Exception {
        String end = "\n" + " ".repeat(length);
        answerAs("application/json", ANSWER + end);
        try (GatewayFixture gateway = gateway("[/client_secret, /cards/*/number]")) {
            HttpResponse<String> first = pay(gateway);
            assertThat(first.body()).isEqualTo(ANSWER + end);
            assertThat(first.headers().firstValue("ETag")).hasValue("\"made-of-the-body\"");
            assertThat(first.headers().firstValue("Idempotent-Members-Omitted")).isEmpty();

            requireMasked(pay(gateway), MASKED + end);
            assertThat(shownByConsole(gateway)).contains(KEPT).doesNotContain(SECRET, NUMBER);
        }
        try (GatewayFixture restarted = gateway("[/client_secret, /cards/*/number]")) {
            requireMasked(pay(restarted), MASKED + end);
        }

        assertThat(service.received()).hasSize(1);
        assertThat(filesWith(KEPT))
                .as("so that a search which finds nothing means something")
                .isNotEmpty();
        for (String secret : List.of(SECRET, NUMBER, "made-of-the-body")) {
            assertThat(filesWith(secret)).as(secret).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/json"})
    void take_the_whole_body_with_them_where_they_cannot_be_looked_for_S21(String contentType) throws Exception {
        answerAs(contentType, ANSWER + "and something behind it");
        try (GatewayFixture gateway = gateway("[/client_secret]")) {
            assertThat(pay(gateway).body()).contains(SECRET);

            HttpResponse<String> replay = pay(gateway);
            assertThat(replay.statusCode()).isEqualTo(201);
            assertThat(replay.body()).isEmpty();
            assertThat(replay.headers().firstValue("Idempotent-Body-Omitted")).hasValue("true");
            assertThat(replay.headers().firstValue("X-Account")).hasValue("1");
            assertThat(shownByConsole(gateway)).doesNotContain(SECRET, KEPT);
        }

        assertThat(filesWith("alice")).as("the operation is there").isNotEmpty();
        assertThat(filesWith(SECRET)).isEmpty();
        assertThat(filesWith(KEPT)).isEmpty();
    }

    @Test
    void are_left_out_of_what_the_service_says_about_an_unknown_outcome_S33() throws Exception {
        service.behave((request, body) -> {
            if (request.method().name().equals("GET")) {
                request.response()
                        .setStatusCode(201)
                        .putHeader("Content-Type", "application/json")
                        .putHeader("X-Account", "1")
                        .end(ANSWER);
            } else {
                request.connection().close();
            }
        });
        try (GatewayFixture gateway = gateway("[/client_secret, /cards]", "reconcile: GET /payments/by-key/{key}")) {
            assertThat(pay(gateway).body()).contains("outcome-unknown");
            await().atMost(Duration.ofSeconds(60)).until(() -> pay(gateway).statusCode() == 201);

            requireMasked(pay(gateway), "{\"name\": \"" + KEPT + "\", \"client_secret\": \"\",\n \"cards\": []}\n");
        }

        assertThat(filesWith(KEPT)).isNotEmpty();
        assertThat(filesWith(SECRET)).isEmpty();
        assertThat(filesWith(NUMBER)).isEmpty();
    }
}
