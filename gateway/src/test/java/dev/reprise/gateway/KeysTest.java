package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in other places, keys that the gateway issues, and refusals in other dialects. */
class KeysTest {
    private static final DateTimeFormatter IMF_FIXDATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    private GatewayFixture gateway(String... settings) {
        return new GatewayFixture(
                folder, "upstream: http://127.0.0.1:" + service.port() + "\n" + String.join("\n", settings) + "\n");
    }

    private static HttpResponse<String> json(GatewayFixture gateway, String body) throws Exception {
        return gateway.send(gateway.request("/v2/payments")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    @Test
    void a_key_in_the_body_is_executed_once_S3() throws Exception {
        try (GatewayFixture gateway = gateway("defaults: {key-sources: ['json:/idempotency_key']}")) {
            HttpResponse<String> first = json(gateway, "{\"idempotency_key\":\"k\",\"amount\":1}");
            HttpResponse<String> retry = json(gateway, "{\"idempotency_key\":\"k\",\"amount\":1}");
            HttpResponse<String> other = json(gateway, "{\"idempotency_key\":\"k\",\"amount\":2}");

            assertThat(first.headers().firstValue("idempotent-replayed")).isEmpty();
            assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
            assertThat(other.statusCode()).isEqualTo(422);
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void a_body_without_a_key_reaches_the_service_each_time_and_its_answer_the_caller_S3() throws Exception {
        service.behave((request, body) -> request.response()
                .setStatusCode(202)
                .putHeader("Set-Cookie", "session=1")
                .end("took " + body));
        try (GatewayFixture gateway =
                gateway("defaults: {key-sources: ['json:/idempotency_key'], max-response-body: 4}")) {
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> response = json(gateway, "{\"amount\":1}");

                assertThat(response.statusCode()).isEqualTo(202);
                assertThat(response.body()).isEqualTo("took {\"amount\":1}");
                assertThat(response.headers().firstValue("set-cookie")).hasValue("session=1");
                assertThat(response.headers().map()).doesNotContainKeys("idempotent-replayed", "idempotency-retention");
            }
            assertThat(service.received()).hasSize(2);
        }
    }

    @Test
    void a_body_without_a_key_is_refused_where_one_is_required_S4() throws Exception {
        try (GatewayFixture gateway =
                gateway("defaults: {key-sources: ['json:/idempotency_key'], require-key: true}")) {
            HttpResponse<String> response = json(gateway, "{\"amount\":1}");

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("missing-key", "the member /idempotency_key of the JSON body");
            assertThat(service.received()).isEmpty();
        }
    }

    private String issuing() throws Exception {
        Path secret = PrivateFile.write(folder.resolve("keys.secret"), "x".repeat(32));
        return "issued-keys: {secrets: ['" + secret + "']}\n"
                + "routes: [{path: /v1/charges, require-key: true, issue-keys-at: /v1/charges/keys}]";
    }

    private static HttpRequest.Builder askForKey(GatewayFixture gateway, String caller) {
        return gateway.request("/v1/charges/keys")
                .header("Authorization", caller)
                .POST(BodyPublishers.noBody());
    }

    private static HttpResponse<String> charge(GatewayFixture gateway, String caller, String key) throws Exception {
        return gateway.send(gateway.request("/v1/charges")
                .header("Authorization", caller)
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString("amount=1")));
    }

    private static String key(HttpResponse<String> issued) {
        assertThat(issued.statusCode()).isEqualTo(201);
        return issued.body().replaceAll(".*\"idempotency_key\":\"([^\"]+)\".*\\s*", "$1");
    }

    @Test
    void an_issued_key_is_good_for_its_caller_and_survives_a_restart_of_the_gateway_S6() throws Exception {
        String settings = issuing();
        String key;
        try (GatewayFixture gateway = gateway(settings)) {
            key = key(gateway.send(askForKey(gateway, "alice")));
            assertThat(charge(gateway, "bob", key).statusCode()).isEqualTo(400);
            assertThat(charge(gateway, "alice", "k").statusCode()).isEqualTo(400);
            assertThat(service.received()).isEmpty();
        }
        try (GatewayFixture gateway = gateway(settings)) {
            assertThat(charge(gateway, "alice", key).statusCode()).isEqualTo(201);
            assertThat(charge(gateway, "alice", key).headers().firstValue("idempotent-replayed"))
                    .hasValue("true");
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void a_caller_that_is_not_authorised_gets_no_key_S13() throws Exception {
        try (TestService authorization = new TestService();
                GatewayFixture gateway =
                        gateway(issuing(), "authorization: {url: 'http://127.0.0.1:" + authorization.port() + "/'}")) {
            authorization.behave(
                    (request, body) -> request.response().setStatusCode(403).end("no"));

            HttpResponse<String> response = gateway.send(askForKey(gateway, "mallory"));

            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(response.body()).isEqualTo("no");
        }
    }

    private static int portOfNobody() throws Exception {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return closed.getLocalPort();
        }
    }

    @Test
    void the_gateway_speaks_the_dialect_of_a_route_when_its_service_is_not_there() throws Exception {
        try (GatewayFixture gateway = gateway(
                "routes:",
                "  - {path: /stripe, profile: stripe, upstream: 'http://127.0.0.1:" + portOfNobody() + "'}",
                "  - {path: /oasis, profile: oasis, upstream: 'http://127.0.0.1:" + portOfNobody() + "'}")) {
            HttpResponse<String> stripe = gateway.post("/stripe", "k", "");
            HttpResponse<String> oasis = gateway.send(gateway.request("/oasis")
                    .header("Repeatability-Request-ID", "k")
                    .header("Repeatability-First-Sent", IMF_FIXDATE.format(ZonedDateTime.now(ZoneOffset.UTC)))
                    .POST(BodyPublishers.noBody()));

            assertThat(stripe.statusCode()).isEqualTo(502);
            assertThat(stripe.body()).contains("{\"error\":{\"type\":\"api_error\"");
            assertThat(stripe.headers().firstValue("stripe-should-retry")).hasValue("true");
            assertThat(oasis.headers().firstValue("repeatability-result")).hasValue("rejected");
        }
    }

    @Test
    void a_method_that_is_not_repeatable_is_refused_in_the_dialect_of_oasis() throws Exception {
        try (GatewayFixture gateway = gateway("defaults: {profile: oasis}")) {
            HttpResponse<String> response = gateway.send(gateway.request("/orders/1")
                    .header("Repeatability-Request-ID", "k")
                    .DELETE());

            assertThat(response.statusCode()).isEqualTo(501);
            assertThat(service.received()).isEmpty();
            assertThat(gateway.send(gateway.request("/orders/1").DELETE()).statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void retries_that_write_the_same_json_in_another_way_are_replays_S11() throws Exception {
        try (GatewayFixture gateway = gateway("defaults: {fingerprint: {body: canonical-json}}")) {
            for (String body :
                    List.of("{\"amount\":100,\"currency\":\"eur\"}", "{ \"currency\" : \"eur\", \"amount\":1e2}")) {
                HttpResponse<String> response = gateway.send(gateway.request("/v1/charges")
                        .header("Idempotency-Key", "k")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)));
                assertThat(response.statusCode()).isEqualTo(201);
            }
            assertThat(service.received()).hasSize(1);
        }
    }
}
