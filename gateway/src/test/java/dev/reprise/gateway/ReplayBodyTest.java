package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes whose bodies must not lie around keep status and fields only (S21). */
class ReplayBodyTest {
    private static final String SECRET = "card number 4242";

    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    private GatewayFixture gateway(String replayBody) {
        return new GatewayFixture(
                folder,
                "upstream: http://127.0.0.1:" + service.port() + "\ndefaults: {replay-body: " + replayBody + "}\n");
    }

    private void answerWith(String location) {
        service.behave((request, body) -> {
            if (request.method().name().equals("GET")) {
                request.response().putHeader("Content-Type", "text/now").end("now: " + request.uri());
            } else {
                request.response()
                        .setStatusCode(201)
                        .putHeader("Location", location)
                        .end(SECRET);
            }
        });
    }

    @Test
    void the_first_caller_gets_the_body_and_no_record_has_it() throws Exception {
        answerWith("/charges/1");
        HttpResponse<String> replay;
        try (GatewayFixture gateway = gateway("left-out")) {
            assertThat(gateway.post("/charges", "k", "x").body()).isEqualTo(SECRET);
            replay = gateway.post("/charges", "k", "x");
        }

        assertThat(replay.statusCode()).isEqualTo(201);
        assertThat(replay.body()).isEmpty();
        assertThat(replay.headers().firstValue("Idempotent-Body-Omitted")).contains("true");
        assertThat(replay.headers().firstValue("Location")).contains("/charges/1");
        assertThat(service.received()).hasSize(1);
        requireNowhere(SECRET);
    }

    /** What is shown once and never again. */
    @Test
    void a_field_that_no_record_may_have_is_for_the_first_caller_alone_S18() throws Exception {
        service.behave((request, body) -> request.response()
                .setStatusCode(201)
                .putHeader("X-Api-Token", SECRET)
                .putHeader("X-Account", "1")
                .end("made"));
        HttpResponse<String> replay;
        try (GatewayFixture gateway = new GatewayFixture(
                folder,
                "upstream: http://127.0.0.1:" + service.port() + "\ndefaults: {unrecorded-fields: [x-api-token]}\n")) {
            assertThat(gateway.post("/tokens", "k", "x").headers().firstValue("X-Api-Token"))
                    .contains(SECRET);
            replay = gateway.post("/tokens", "k", "x");
        }

        assertThat(replay.body()).isEqualTo("made");
        assertThat(replay.headers().firstValue("X-Account")).contains("1");
        assertThat(replay.headers().firstValue("X-Api-Token")).isEmpty();
        requireNowhere(SECRET);
    }

    private void requireNowhere(String secret) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .doesNotContain(secret);
            }
        }
    }

    @Test
    void a_replay_can_have_the_body_that_the_service_has_now() throws Exception {
        answerWith("charges/1?expand=all");
        try (GatewayFixture gateway = gateway("location")) {
            gateway.post("/v1/charges", "k", "x");

            HttpResponse<String> replay = gateway.post("/v1/charges", "k", "x");

            assertThat(replay.statusCode()).isEqualTo(201);
            assertThat(replay.body()).isEqualTo("now: /v1/charges/1?expand=all");
            assertThat(replay.headers().firstValue("Content-Type")).contains("text/now");
            assertThat(replay.headers().firstValue("Idempotent-Body-Rebuilt")).contains("true");
            assertThat(replay.headers().firstValue("Idempotent-Replayed")).contains("true");
            assertThat(service.received())
                    .extracting(TestService.Received::method)
                    .containsExactly("POST", "GET");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://elsewhere.example/charges/1", "a b", "mailto:ann"})
    void a_place_that_is_not_at_the_service_is_left_alone(String location) throws Exception {
        answerWith(location);
        try (GatewayFixture gateway = gateway("location")) {
            gateway.post("/charges", "k", "x");

            HttpResponse<String> replay = gateway.post("/charges", "k", "x");

            assertThat(replay.headers().firstValue("Idempotent-Body-Omitted")).contains("true");
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void a_place_where_there_is_nothing_any_more_leaves_the_replay_without_a_body() throws Exception {
        service.behave((request, body) -> {
            boolean reading = request.method().name().equals("GET");
            request.response()
                    .setStatusCode(reading ? 404 : 201)
                    .putHeader("Location", "/charges/1")
                    .end("body");
        });
        try (GatewayFixture gateway = gateway("location")) {
            gateway.post("/charges", "k", "x");

            HttpResponse<String> replay = gateway.post("/charges", "k", "x");

            assertThat(replay.statusCode()).isEqualTo(201);
            assertThat(replay.headers().firstValue("Idempotent-Body-Omitted")).contains("true");
        }
    }
}
