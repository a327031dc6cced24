package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.gateway.TestService.Received;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Outcomes that nobody knows are looked into at the service (S33). Mostly waits. */
@Execution(ExecutionMode.CONCURRENT)
class ReconcileTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String BY_PATH = "GET /charges/by-key/{key}";

    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    /** A service that loses its answers to POST, and says this to GET. */
    private void says(Consumer<HttpServerResponse> answer) {
        service.behave((request, body) -> {
            if (request.method().name().equals("GET")) {
                answer.accept(request.response());
            } else {
                request.connection().close();
            }
        });
    }

    private GatewayFixture gateway(String reconcile, String... more) {
        return new GatewayFixture(
                folder,
                "upstream: http://127.0.0.1:" + service.port() + "\n"
                        + "principal: {trusted-header: X-User}\n"
                        + "routes:\n  - path: /charges\n    reconcile: " + reconcile + "\n    "
                        + String.join("\n    ", more) + "\n");
    }

    private static HttpRequest.Builder charge(GatewayFixture gateway, String key, String user) {
        return gateway.request("/charges")
                .header("Idempotency-Key", key)
                .header("X-User", user)
                .header("Authorization", "Bearer secret")
                .header("Cookie", "session=secret")
                .POST(BodyPublishers.ofString("{\"amount\":1}"));
    }

    private static HttpResponse<String> post(GatewayFixture gateway, String key) throws Exception {
        return gateway.send(charge(gateway, key, "alice"));
    }

    private List<Received> sent(String method) {
        return service.received().stream()
                .filter(request -> request.method().equals(method))
                .toList();
    }

    /** Waits until the service was asked that often, and what it said was taken note of. */
    private static void awaitAsked(GatewayFixture gateway, int times) {
        String line = "reprise_operations_seconds_count{event=\"reconciled\",route=\"/charges\"} " + times;
        await().atMost(LIMIT).until(() -> metrics(gateway).contains(line));
    }

    private static String metrics(GatewayFixture gateway) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + gateway.adminPort() + "/metrics");
        return gateway.client()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void what_happened_is_recorded_and_replayed_from_then_on_S33() throws Exception {
        says(answer -> answer.setStatusCode(201)
                .putHeader("Location", "/charges/1")
                .putHeader("Set-Cookie", "a=b")
                .end("charge 1"));
        try (GatewayFixture gateway = gateway(BY_PATH)) {
            assertThat(post(gateway, "k").body()).contains("outcome-unknown");
            awaitAsked(gateway, 1);

            await().atMost(LIMIT).until(() -> post(gateway, "k").statusCode() == 201);
            HttpResponse<String> retry = post(gateway, "k");

            assertThat(retry.body()).isEqualTo("charge 1");
            assertThat(retry.headers().firstValue("location")).hasValue("/charges/1");
            assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
            assertThat(retry.headers().firstValue("set-cookie")).as("S18").isEmpty();
            assertThat(sent("POST")).hasSize(1);
            assertThat(sent("GET")).as("asked once").singleElement().satisfies(asked -> {
                assertThat(asked.uri()).isEqualTo("/charges/by-key/k");
                assertThat(asked.header("x-user")).hasValue("alice");
                assertThat(asked.headers()).as("no credential is kept").noneMatch(line -> line.contains("secret"));
                assertThat(asked.body().length()).isZero();
            });
        }
    }

    @Test
    void a_caller_that_may_wait_gets_what_was_found_out_and_no_longer_than_that_S33() throws Exception {
        says(answer -> answer.end("charge 1"));
        try (GatewayFixture gateway = gateway(BY_PATH, "max-wait: 60s")) {
            assertThat(post(gateway, "k").body()).isEqualTo("charge 1");
            assertThat(sent("POST")).hasSize(1);
        }
    }

    @Test
    void a_caller_that_may_not_wait_is_answered_while_the_service_is_still_asked_S33() throws Exception {
        says(answer -> {});
        try (GatewayFixture gateway = gateway("{request: 'GET /by-key?k={key}', timeout: 10s}")) {
            assertThat(post(gateway, "k").statusCode()).isEqualTo(502);
            assertThat(post(gateway, "k").statusCode()).isEqualTo(409);
            assertThat(metrics(gateway)).doesNotContain("event=\"reconciled\"");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 404, 500})
    void what_the_service_denies_by_its_field_did_not_happen_whatever_the_status_S15_S33(int status) throws Exception {
        says(answer -> answer.setStatusCode(status)
                .putHeader("Idempotency-Effect", "none")
                .end());
        try (GatewayFixture gateway = gateway("{request: '" + BY_PATH + "', grace: 1h}")) {
            post(gateway, "k");
            awaitAsked(gateway, 1);
            service.behave(
                    (request, body) -> request.response().setStatusCode(201).end());

            await().atMost(LIMIT).until(() -> post(gateway, "k").statusCode() == 201);
            assertThat(sent("POST")).as("executed again").hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410})
    void what_the_service_does_not_know_did_not_happen_when_it_cannot_arrive_any_more_S33(int status) throws Exception {
        says(answer -> answer.setStatusCode(status).end());
        try (GatewayFixture gateway = gateway("{request: '" + BY_PATH + "', grace: 0s}")) {
            post(gateway, "k");
            awaitAsked(gateway, 1);
            service.behave(
                    (request, body) -> request.response().setStatusCode(201).end());

            await().atMost(LIMIT).until(() -> post(gateway, "k").statusCode() == 201);
            assertThat(sent("POST")).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404 | and it may still happen",
                "410 | and it may still happen",
                "500 | The service answered 500",
                "503 | The service answered 503",
                "302 | The service answered 302",
                "304 | The service answered 304",
                "401 | The service answered 401",
                "206 | The service answered 206",
                "409 | The service answered 409",
            })
    void every_other_answer_leaves_it_unknown_and_nothing_is_executed_S33(int status, String reason) throws Exception {
        says(answer -> answer.setStatusCode(status)
                .putHeader("Location", "/elsewhere")
                .putHeader("Retry-After", "1")
                .end());
        try (GatewayFixture gateway = gateway(BY_PATH)) {
            post(gateway, "k");
            awaitAsked(gateway, 1);

            assertThat(post(gateway, "k").body()).contains("outcome-unknown");
            assertThat(sent("POST")).hasSize(1);
            assertThat(sent("GET")).extracting(Received::uri).containsExactly("/charges/by-key/k");
        }
    }

    @Test
    void what_is_not_known_is_asked_again_after_a_pause_S33() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        says(answer -> {
            switch (asked.incrementAndGet()) {
                case 1 -> answer.reset();
                default -> answer.end("charge 1");
            }
        });
        try (GatewayFixture gateway = gateway(BY_PATH)) {
            post(gateway, "k");
            awaitAsked(gateway, 2);

            await().atMost(LIMIT).until(() -> post(gateway, "k").body().equals("charge 1"));
            assertThat(sent("POST")).hasSize(1);
        }
    }

    @Test
    void a_service_that_does_not_answer_in_time_leaves_it_unknown_and_nothing_is_held_S33() throws Exception {
        says(answer -> {});
        try (GatewayFixture gateway = gateway("{request: '" + BY_PATH + "', timeout: 200ms}")) {
            post(gateway, "k");
            awaitAsked(gateway, 1);

            assertThat(post(gateway, "k").body()).contains("outcome-unknown");
            await().atMost(LIMIT).until(() -> metrics(gateway).contains("reprise_memory_held 0.0"));
        }
    }

    @Test
    void an_answer_in_pieces_is_recorded_as_a_whole_and_one_that_is_too_long_without_its_body_S21_S33()
            throws Exception {
        AtomicInteger asked = new AtomicInteger();
        says(answer -> {
            answer.setChunked(true).write("x".repeat(60));
            answer.end("y".repeat(asked.incrementAndGet() == 1 ? 40 : 41));
        });
        try (GatewayFixture gateway = gateway(BY_PATH, "max-wait: 60s", "max-response-body: 100")) {
            assertThat(post(gateway, "short").body()).hasSize(100);
            HttpResponse<String> omitted = post(gateway, "long");

            assertThat(omitted.statusCode()).isEqualTo(200);
            assertThat(omitted.body()).isEmpty();
            assertThat(omitted.headers().firstValue("idempotent-body-omitted")).hasValue("true");
            assertThat(sent("POST")).hasSize(2);
            await().atMost(LIMIT).until(() -> metrics(gateway).contains("reprise_memory_held 0.0"));
        }
    }

    @Test
    void a_key_is_encoded_where_it_has_to_be_and_leads_to_no_other_path_S31_S33() throws Exception {
        says(answer -> answer.end("found"));
        try (GatewayFixture gateway = gateway(BY_PATH, "max-wait: 2s")) {
            assertThat(post(gateway, "\"a b?c\"").body()).isEqualTo("found");
            assertThat(post(gateway, "\"../../admin\"").body()).contains("outcome-unknown");

            assertThat(sent("GET")).extracting(Received::uri).containsExactly("/charges/by-key/a%20b%3Fc");
        }
    }

    @Test
    void two_callers_with_one_key_are_asked_about_apart_and_nobody_without_a_name_S12_S33() throws Exception {
        service.behave((request, body) -> {
            if (request.method().name().equals("GET")) {
                request.response().end("charge of " + request.getHeader("X-User"));
            } else {
                request.connection().close();
            }
        });
        try (GatewayFixture gateway = gateway(BY_PATH, "max-wait: 2s")) {
            assertThat(gateway.send(charge(gateway, "k", "alice")).body()).isEqualTo("charge of alice");
            assertThat(gateway.send(charge(gateway, "k", "bob")).body()).isEqualTo("charge of bob");
            assertThat(gateway.post("/charges", "k", "").body()).contains("outcome-unknown");
            assertThat(gateway.send(charge(gateway, "k", "x".repeat(200))).body())
                    .as("of a name that is too long, only the hash is kept")
                    .contains("outcome-unknown");

            assertThat(sent("GET")).hasSize(2);
        }
    }

    @Test
    void any_caller_is_nobody_in_particular_where_the_operator_says_so() throws Exception {
        says(answer -> answer.end("found"));
        try (GatewayFixture gateway = gateway("{request: '" + BY_PATH + "', any-caller: true}", "max-wait: 60s")) {
            assertThat(gateway.post("/charges", "k", "").body()).isEqualTo("found");
            assertThat(sent("GET").get(0).header("x-user")).isEmpty();
        }
    }

    @Test
    void a_key_in_the_body_is_asked_about_in_a_query_and_marked_by_the_profile_S3_S33() throws Exception {
        says(answer -> answer.end("found"));
        try (GatewayFixture gateway = gateway(
                "GET /charges?key={key}&all=true", "max-wait: 60s", "profile: stripe", "key-sources: ['json:/key']")) {
            HttpResponse<String> retry = gateway.send(gateway.request("/charges")
                    .header("X-User", "alice")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"key\":\"a/b&c\"}")));

            assertThat(retry.body()).isEqualTo("found");
            assertThat(retry.headers().firstValue("original-request")).isPresent();
            assertThat(retry.headers().firstValue("idempotency-key")).hasValue("a/b&c");
            assertThat(sent("GET")).extracting(Received::uri).containsExactly("/charges?key=a%2Fb%26c&all=true");
        }
    }

    @Test
    void issued_keys_belong_to_one_caller_so_that_no_name_is_needed_S6_S33() throws Exception {
        says(answer -> answer.end("found"));
        Path secret = PrivateFile.write(folder.resolve("keys.secret"), new byte[32]);
        try (GatewayFixture gateway = new GatewayFixture(folder, """
                upstream: http://127.0.0.1:%d
                issued-keys: {secrets: ['%s']}
                routes:
                  - {path: /charges, issue-keys-at: /keys, max-wait: 60s, reconcile: 'GET /by-key/{key}'}
                """.formatted(service.port(), secret))) {
            String key = gateway.send(gateway.request("/keys").POST(BodyPublishers.noBody()))
                    .headers()
                    .firstValue("idempotency-key")
                    .orElseThrow();

            assertThat(gateway.post("/charges", key, "").body()).isEqualTo("found");
        }
    }
}
