package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service is asked whether a protected request may go on, before anything is looked up (S13). */
class AuthorizationTest {
    @TempDir
    private Path folder;

    private final TestService service = new TestService();
    private final TestService authorization = new TestService();

    @AfterEach
    void stop() {
        service.close();
        authorization.close();
    }

    private GatewayFixture gateway(int port, String more) {
        return new GatewayFixture(
                folder,
                "upstream: http://127.0.0.1:" + service.port() + "\nauthorization: {url: 'http://127.0.0.1:" + port
                        + "/check?by=gateway'" + more + "}\n");
    }

    private GatewayFixture gateway(String more) {
        return gateway(authorization.port(), more);
    }

    private static HttpRequest.Builder post(GatewayFixture gateway, String credential) {
        return gateway.request("/v1/charges?a=b")
                .header("Idempotency-Key", "k")
                .header("Authorization", credential)
                .POST(BodyPublishers.ofString("body"));
    }

    private void answer(int status) {
        authorization.behave(
                (request, body) -> request.response().setStatusCode(status).end());
    }

    /** Names the caller after the last word of its credential, or nobody if that is {@code nobody}. */
    private void nameCallers() {
        authorization.behave((request, body) -> {
            String credential = String.valueOf(request.getHeader("Authorization"));
            String name = credential.substring(credential.lastIndexOf(' ') + 1);
            if (!name.equals("nobody")) {
                request.response().putHeader("X-Principal", name.equals("blank") ? " " : name);
            }
            request.response().end();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 299})
    void a_request_that_is_allowed_goes_on_and_so_does_its_retry(int status) throws Exception {
        answer(status);
        try (GatewayFixture gateway = gateway("")) {
            HttpResponse<String> first = gateway.send(post(gateway, "Bearer a"));
            HttpResponse<String> retry = gateway.send(post(gateway, "Bearer a"));

            assertThat(first.statusCode()).isEqualTo(201);
            assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
            assertThat(service.received()).hasSize(1);
            assertThat(authorization.received()).as("each attempt is checked").hasSize(2);
        }
    }

    @Test
    void the_check_sees_who_asks_for_what_and_nothing_of_the_content() throws Exception {
        answer(200);
        try (GatewayFixture gateway = gateway("")) {
            gateway.send(post(gateway, "Bearer a")
                    .header("Cookie", "session=1")
                    .header("Content-Type", "application/json")
                    .header("X-Original-Method", "GET")
                    .header("X-Original-URI", "/harmless"));

            TestService.Received check = authorization.received().get(0);
            assertThat(check.method()).isEqualTo("GET");
            assertThat(check.uri()).isEqualTo("/check?by=gateway");
            assertThat(check.header("authorization")).hasValue("Bearer a");
            assertThat(check.header("cookie")).hasValue("session=1");
            assertThat(check.header("x-original-method")).hasValue("POST");
            assertThat(check.header("x-original-uri")).hasValue("/v1/charges?a=b");
            assertThat(check.header("x-forwarded-for")).hasValue("127.0.0.1");
            assertThat(check.header("idempotency-key")).hasValue("k");
            assertThat(check.header("host")).hasValue("127.0.0.1:" + authorization.port());
            assertThat(check.header("content-type")).isEmpty();
            assertThat(check.header("transfer-encoding")).isEmpty();
            assertThat(check.header("content-length").orElse("0")).isEqualTo("0");
            assertThat(check.body().length()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void a_refusal_reaches_the_caller_as_it_is_and_nothing_is_executed(int status) throws Exception {
        authorization.behave((request, body) -> request.response()
                .setStatusCode(status)
                .putHeader("WWW-Authenticate", "Bearer realm=\"shop\"")
                .putHeader("Content-Type", "text/plain")
                .end("who are you?"));
        try (GatewayFixture gateway = gateway("")) {
            HttpResponse<String> refused = gateway.send(post(gateway, "Bearer a"));

            assertThat(refused.statusCode()).isEqualTo(status);
            assertThat(refused.headers().firstValue("www-authenticate")).hasValue("Bearer realm=\"shop\"");
            assertThat(refused.headers().firstValue("content-type")).hasValue("text/plain");
            assertThat(refused.body()).isEqualTo("who are you?");
            assertThat(service.received()).isEmpty();

            answer(200);
            assertThat(gateway.send(post(gateway, "Bearer a")).headers().map())
                    .as("the refusal left no record")
                    .doesNotContainKey("idempotent-replayed");
        }
    }

    @Test
    void a_refusal_that_is_too_long_to_hold_is_passed_on_without_its_content() throws Exception {
        authorization.behave(
                (request, body) -> request.response().setStatusCode(403).end("x".repeat(100_000)));
        try (GatewayFixture gateway = gateway("")) {
            assertThat(gateway.send(post(gateway, "Bearer a")).statusCode()).isEqualTo(403);
            assertThat(service.received()).isEmpty();
        }
    }

    @Test
    void a_revoked_credential_gets_no_replay_of_what_it_once_did() throws Exception {
        answer(200);
        try (GatewayFixture gateway = gateway("")) {
            HttpResponse<String> first = gateway.send(post(gateway, "Bearer a"));
            answer(401);
            HttpResponse<String> revoked = gateway.send(post(gateway, "Bearer a"));
            answer(200);
            HttpResponse<String> again = gateway.send(post(gateway, "Bearer a"));

            assertThat(revoked.statusCode()).isEqualTo(401);
            assertThat(revoked.body()).isEmpty();
            assertThat(revoked.headers().map()).doesNotContainKey("idempotent-replayed");
            assertThat(again.headers().firstValue("idempotent-replayed")).hasValue("true");
            assertThat(again.body()).isEqualTo(first.body());
            assertThat(service.received()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 404, 429, 500, 503})
    void an_answer_that_is_no_verdict_lets_nothing_pass(int status) throws Exception {
        authorization.behave((request, body) -> request.response()
                .setStatusCode(status)
                .putHeader("Location", "http://127.0.0.1:" + service.port() + "/")
                .end());
        try (GatewayFixture gateway = gateway("")) {
            assertNothingPasses(gateway);
            assertThat(authorization.received()).hasSize(1);
        }
    }

    @Test
    void a_check_that_takes_too_long_lets_nothing_pass() throws Exception {
        authorization.behaveAtOnce(request -> {});
        try (GatewayFixture gateway = gateway(", timeout: 200ms")) {
            assertNothingPasses(gateway);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense\n\n", "HTTP/1.1 200 OK\nContent-Length: 10\n\nhalf"})
    void a_check_that_breaks_off_lets_nothing_pass(String answer) throws Exception {
        try (RawService raw = new RawService(answer);
                GatewayFixture gateway = gateway(raw.port(), "")) {
            assertNothingPasses(gateway);
        }
    }

    @Test
    void a_check_that_is_not_there_lets_nothing_pass() throws Exception {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        try (GatewayFixture gateway = gateway(nobody, "")) {
            assertNothingPasses(gateway);
        }
    }

    private void assertNothingPasses(GatewayFixture gateway) throws IOException, InterruptedException {
        HttpResponse<String> response = gateway.send(post(gateway, "Bearer a"));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(response.body()).contains("nothing was executed");
        assertThat(service.received()).isEmpty();
    }

    @Test
    void the_caller_whom_the_check_names_is_whose_key_it_is_S12() throws Exception {
        nameCallers();
        try (GatewayFixture gateway = gateway(", principal-header: X-Principal")) {
            HttpResponse<String> alice = gateway.send(post(gateway, "Bearer 1 alice"));
            HttpResponse<String> bob =
                    gateway.send(post(gateway, "Bearer 1 bob").header("X-Principal", "alice"));
            HttpResponse<String> rotated = gateway.send(post(gateway, "Bearer 2 alice"));

            assertThat(List.of(alice.body(), bob.body(), rotated.body()))
                    .as("a new token of the same caller replays, another caller executes, whatever it claims")
                    .containsExactly("done 1", "done 2", "done 1");
            assertThat(bob.headers().map()).doesNotContainKey("idempotent-replayed");
            assertThat(rotated.headers().firstValue("idempotent-replayed")).hasValue("true");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "blank"})
    void a_check_that_names_nobody_where_it_should_lets_nothing_pass(String name) throws Exception {
        nameCallers();
        try (GatewayFixture gateway = gateway(", principal-header: X-Principal")) {
            HttpResponse<String> response = gateway.send(post(gateway, "Bearer " + name));

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(service.received()).isEmpty();
        }
    }

    @Test
    void a_malformed_key_is_refused_without_asking_S2() throws Exception {
        try (GatewayFixture gateway = gateway("")) {
            assertThat(gateway.post("/a", "\"open", "").statusCode()).isEqualTo(400);
            assertThat(authorization.received()).isEmpty();
        }
    }

    @Test
    void nobody_is_asked_about_what_is_not_protected() throws Exception {
        answer(403);
        try (GatewayFixture gateway = gateway("")) {
            assertThat(gateway.get("/a").statusCode()).isEqualTo(201);
            assertThat(gateway.send(gateway.request("/a").POST(BodyPublishers.ofString("no key")))
                            .statusCode())
                    .isEqualTo(201);
            assertThat(authorization.received()).isEmpty();
        }
    }
}
