package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.RawClient;
import io.vertx.core.http.HttpServerResponse;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers get who repeat a request. */
class ReplayTest {
    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    private GatewayFixture gateway(String... defaults) {
        return new GatewayFixture(
                folder,
                "upstream: http://127.0.0.1:" + service.port() + "\n"
                        + (defaults.length == 0 ? "" : "defaults:\n  " + String.join("\n  ", defaults) + "\n"));
    }

    @Test
    void a_retry_gets_the_same_status_body_and_fields_and_nothing_is_executed_again_S7_S17() throws Exception {
        byte[] bytes = {0, (byte) 0xff, 'a', '\r', '\n', 0};
        service.behave((request, body) -> request.response()
                .setStatusCode(202)
                .putHeader("Content-Type", "application/octet-stream")
                .putHeader("Location", "/v1/charges/1")
                .putHeader("ETag", "\"1\"")
                .putHeader("X-Custom", List.<String>of("one", "two"))
                .end(io.vertx.core.buffer.Buffer.buffer(bytes)));
        try (GatewayFixture gateway = gateway()) {
            var request = gateway.request("/v1/charges?a=b")
                    .header("Idempotency-Key", "k")
                    .POST(BodyPublishers.ofString("body"))
                    .build();
            HttpResponse<byte[]> first = gateway.client().send(request, BodyHandlers.ofByteArray());
            HttpResponse<byte[]> retry = gateway.client().send(request, BodyHandlers.ofByteArray());

            assertThat(service.received()).hasSize(1);
            assertThat(first.headers().map()).doesNotContainKey("idempotent-replayed");
            assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
            for (HttpResponse<byte[]> response : List.of(first, retry)) {
                assertThat(response.statusCode()).isEqualTo(202);
                assertThat(response.body()).isEqualTo(bytes);
                assertThat(response.headers().firstValue("location")).hasValue("/v1/charges/1");
                assertThat(response.headers().firstValue("etag")).hasValue("\"1\"");
                assertThat(response.headers().firstValue("content-type")).hasValue("application/octet-stream");
                assertThat(response.headers().allValues("x-custom")).containsExactly("one", "two");
                assertThat(response.headers().firstValue("idempotency-retention"))
                        .hasValueSatisfying(
                                seconds -> assertThat(Integer.parseInt(seconds)).isBetween(86_300, 86_400));
            }
        }
    }

    @Test
    void fields_of_one_exchange_reach_the_first_caller_and_are_never_replayed_S18() throws Exception {
        List<String> once = List.of("Set-Cookie", "X-Request-Id", "RateLimit-Remaining", "Access-Control-Allow-Origin");
        service.behave((request, body) -> {
            HttpServerResponse response = request.response();
            once.forEach(name -> response.putHeader(name, "once"));
            response.putHeader("Date", "Mon, 01 Jan 2024 00:00:00 GMT").end("done");
        });
        try (GatewayFixture gateway = gateway()) {
            HttpResponse<String> first = gateway.post("/a", "k", "");
            HttpResponse<String> retry = gateway.post("/a", "k", "");

            for (String name : once) {
                assertThat(first.headers().firstValue(name)).as(name).hasValue("once");
                assertThat(retry.headers().firstValue(name)).as(name).isEmpty();
            }
            assertThat(first.headers().allValues("Date")).containsExactly("Mon, 01 Jan 2024 00:00:00 GMT");
            assertThat(retry.headers().allValues("Date")).hasSize(1).doesNotContain("Mon, 01 Jan 2024 00:00:00 GMT");
            assertThat(retry.headers().allValues("Content-Length")).containsExactly("4");
        }
    }

    @Test
    void responses_without_content_get_none_in_their_replay_S18() throws Exception {
        service.behave((request, body) -> request.response().setStatusCode(204).end());
        try (GatewayFixture gateway = gateway()) {
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> response = gateway.post("/a", "k", "");
                assertThat(response.statusCode()).isEqualTo(204);
                assertThat(response.body()).isEmpty();
                assertThat(response.headers().map()).doesNotContainKeys("content-length", "transfer-encoding");
            }
        }
    }

    @Test
    void trailers_are_replayed_S7() throws Exception {
        service.behave((request, body) ->
                request.response().setChunked(true).putTrailer("Checksum", "42").end("done"));
        try (GatewayFixture gateway = gateway()) {
            String request = """
                    POST /a HTTP/1.1
                    Host: x
                    Idempotency-Key: k
                    Content-Length: 0
                    Connection: close

                    """;
            String first = RawClient.exchange(gateway.port(), request);
            String retry = RawClient.exchange(gateway.port(), request);

            assertThat(service.received()).hasSize(1);
            assertThat(first).containsIgnoringCase("Checksum: 42");
            assertThat(retry).containsIgnoringCase("Checksum: 42").containsIgnoringCase("Idempotent-Replayed: true");
        }
    }

    @Test
    void the_same_key_with_another_request_is_refused_and_the_original_still_replays_S9_S10() throws Exception {
        try (GatewayFixture gateway = gateway()) {
            HttpResponse<String> first = gateway.post("/a", "k", "one");
            for (HttpResponse<String> other : List.of(
                    gateway.post("/a", "k", "two"),
                    gateway.post("/a?x=1", "k", "one"),
                    gateway.post("/b", "k", "one"))) {
                assertThat(other.statusCode()).isEqualTo(422);
                assertThat(other.headers().firstValue("content-type")).hasValue("application/problem+json");
                assertThat(other.body()).contains("payload-mismatch");
            }
            HttpResponse<String> retry = gateway.post("/a", "k", "one");

            assertThat(retry.body()).isEqualTo(first.body());
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void of_50_identical_requests_at_once_one_executes_and_the_others_get_409_or_the_replay_S8_S16() throws Exception {
        service.slowDown(200);
        try (GatewayFixture gateway = gateway()) {
            List<HttpResponse<String>> responses = Parallel.run(50, () -> gateway.post("/a", "k", "body"));

            assertThat(service.received()).hasSize(1);
            assertThat(responses)
                    .extracting(HttpResponse::statusCode)
                    .containsOnly(201, 409)
                    .contains(409);
            assertThat(responses).filteredOn(r -> r.statusCode() == 409).allSatisfy(refused -> {
                assertThat(refused.body()).contains("in-progress");
                assertThat(refused.headers().firstValue("retry-after")).isPresent();
            });
            assertThat(gateway.post("/a", "k", "body").statusCode()).isEqualTo(201);
        }
    }

    @Test
    void where_waiting_is_allowed_all_duplicates_get_the_replay_S8() throws Exception {
        service.slowDown(200);
        try (GatewayFixture gateway = gateway("max-wait: 20s")) {
            List<HttpResponse<String>> responses = Parallel.run(50, () -> gateway.post("/a", "k", "body"));

            assertThat(service.received()).hasSize(1);
            assertThat(responses).extracting(HttpResponse::statusCode).containsOnly(201);
            assertThat(responses)
                    .filteredOn(
                            r -> r.headers().firstValue("idempotent-replayed").isPresent())
                    .hasSize(49);
        }
    }

    @Test
    void the_same_key_of_another_caller_is_another_operation_S12() throws Exception {
        try (GatewayFixture gateway = gateway()) {
            for (String credential : List.of("Bearer alice", "Bearer bob")) {
                HttpResponse<String> response = gateway.send(gateway.request("/a")
                        .header("Idempotency-Key", "k")
                        .header("Authorization", credential)
                        .POST(BodyPublishers.ofString("body")));
                assertThat(response.headers().map()).doesNotContainKey("idempotent-replayed");
            }
            assertThat(service.received()).hasSize(2);
        }
    }

    @Test
    void the_service_gets_the_key_and_the_request_as_it_was_sent() throws Exception {
        try (GatewayFixture gateway = gateway()) {
            gateway.send(gateway.request("/a%2Fb/c;d?q=%20&r")
                    .header("Idempotency-Key", "\"k\"")
                    .header("Content-Type", "application/json")
                    .header("Accept-Encoding", "gzip")
                    .method("PATCH", BodyPublishers.ofString("{}")));

            TestService.Received received = service.received().get(0);
            assertThat(received.method()).isEqualTo("PATCH");
            assertThat(received.uri()).isEqualTo("/a%2Fb/c;d?q=%20&r");
            assertThat(received.body().toString()).isEqualTo("{}");
            assertThat(received.header("idempotency-key")).hasValue("\"k\"");
            assertThat(received.header("content-type")).hasValue("application/json");
            assertThat(received.header("accept-encoding"))
                    .as("S18: identity only")
                    .hasValue("identity");
            assertThat(received.header("content-length")).hasValue("2");
            assertThat(received.header("host")).hasValue("127.0.0.1:" + service.port());
        }
    }

    @Test
    void a_missing_or_malformed_key_is_refused_where_one_is_required_S2_S4() throws Exception {
        try (GatewayFixture gateway = gateway("require-key: true")) {
            HttpResponse<String> missing = gateway.send(gateway.request("/a").POST(BodyPublishers.noBody()));
            HttpResponse<String> malformed = gateway.post("/a", "\"open", "");

            assertThat(missing.statusCode()).isEqualTo(400);
            assertThat(missing.body()).contains("missing-key");
            assertThat(missing.headers().firstValue("link"))
                    .hasValueSatisfying(link -> assertThat(link).contains("rel=\"describedby\""));
            assertThat(malformed.statusCode()).isEqualTo(400);
            assertThat(malformed.body()).contains("invalid-key");
            assertThat(service.received()).isEmpty();
        }
    }

    @Test
    void safe_and_idempotent_methods_and_requests_without_a_key_pass_through_S5() throws Exception {
        try (GatewayFixture gateway = gateway()) {
            for (String method : List.of("GET", "PUT", "DELETE", "OPTIONS")) {
                for (int i = 0; i < 2; i++) {
                    gateway.send(gateway.request("/a")
                            .header("Idempotency-Key", "k")
                            .method(method, BodyPublishers.noBody()));
                }
            }
            gateway.send(gateway.request("/a").POST(BodyPublishers.ofString("no key")));

            assertThat(service.received()).hasSize(9);
        }
    }

    @Test
    void a_4xx_of_the_service_is_replayed_and_a_refusal_is_not_recorded_S14() throws Exception {
        service.behave((request, body) ->
                request.response().setStatusCode(body.length() == 0 ? 402 : 429).end());
        try (GatewayFixture gateway = gateway()) {
            for (int i = 0; i < 2; i++) {
                assertThat(gateway.post("/a", "declined", "").statusCode()).isEqualTo(402);
                assertThat(gateway.post("/a", "throttled", "x").statusCode()).isEqualTo(429);
            }
            assertThat(service.received()).hasSize(3);
        }
    }

    @Test
    void a_finished_operation_is_refused_where_the_route_does_not_replay_S25() throws Exception {
        try (GatewayFixture gateway = gateway("duplicates: reject")) {
            assertThat(gateway.post("/a", "k", "").statusCode()).isEqualTo(201);
            HttpResponse<String> retry = gateway.post("/a", "k", "");

            assertThat(retry.statusCode()).isEqualTo(409);
            assertThat(retry.body()).contains("already-handled");
        }
    }

    @Test
    void preflights_allow_the_key_and_replays_are_readable_across_origins_S26() throws Exception {
        service.behave((request, body) -> request.response()
                .putHeader("Access-Control-Allow-Origin", "https://shop.example")
                .putHeader("Access-Control-Allow-Headers", "content-type")
                .end());
        try (GatewayFixture gateway = new GatewayFixture(
                folder,
                "upstream: http://127.0.0.1:" + service.port() + "\ncors: {origins: ['https://shop.example']}\n")) {
            HttpResponse<String> preflight = gateway.send(gateway.request("/a")
                    .header("Origin", "https://shop.example")
                    .header("Access-Control-Request-Method", "POST")
                    .method("OPTIONS", BodyPublishers.noBody()));
            var request = gateway.request("/a")
                    .header("Origin", "https://shop.example")
                    .header("Idempotency-Key", "k")
                    .POST(BodyPublishers.noBody());
            gateway.send(request);
            HttpResponse<String> retry = gateway.send(request);

            assertThat(preflight.headers().firstValue("access-control-allow-headers"))
                    .hasValue("content-type, Idempotency-Key");
            assertThat(retry.headers().firstValue("access-control-allow-origin"))
                    .hasValue("https://shop.example");
            assertThat(retry.headers().firstValue("access-control-expose-headers"))
                    .hasValueSatisfying(exposed -> assertThat(exposed).contains("Idempotent-Replayed"));
        }
    }
}
