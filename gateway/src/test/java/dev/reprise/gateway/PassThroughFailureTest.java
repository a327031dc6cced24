package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reprise.testkit.RawClient;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a request that is not protected when the service, the caller or the connection fails. */
class PassThroughFailureTest {
    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    private GatewayFixture gateway() {
        return new GatewayFixture(folder, service);
    }

    private GatewayFixture gateway(int port) {
        return new GatewayFixture(folder, "upstream: http://127.0.0.1:" + port + "\n");
    }

    private static String get(String fields) {
        return "GET /a HTTP/1.1\nHost: x\n" + fields + "Connection: close\n\n";
    }

    @Test
    void a_client_of_the_nearest_profile_is_told_in_its_own_way_S24() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(
                folder,
                "routes:\n  - {path: /v1/charges, profile: stripe, upstream: 'http://127.0.0.1:" + service.port()
                        + "'}\n  - {path: /acp/**, profile: acp, upstream: 'http://127.0.0.1:1'}\n")) {
            assertThat(gateway.get("/v1/other").body()).startsWith("{\"error\":{\"type\":\"api_error\"");
            assertThat(gateway.get("/acp/sessions").body()).startsWith("{\"type\":\"service_unavailable\"");
            assertThat(RawClient.exchange(gateway.port(), "GET /v1/charges HTTP/1.1\r\n\r\n"))
                    .contains("{\"error\":{\"type\":\"invalid_request_error\"");
        }
    }

    @Test
    void a_lost_request_that_changes_something_is_not_to_be_repeated_without_a_key() throws Exception {
        service.behave((request, body) -> request.connection().close());
        try (GatewayFixture gateway = gateway()) {
            HttpResponse<String> changing = gateway.send(gateway.request("/a").POST(BodyPublishers.ofString("x")));

            assertThat(changing.statusCode()).isEqualTo(502);
            assertThat(changing.body()).contains("outcome-unknown");
            assertThat(changing.headers().firstValue("X-Should-Retry")).contains("false");
            for (String method : List.of("GET", "PUT", "DELETE")) {
                HttpResponse<String> repeatable =
                        gateway.send(gateway.request("/a").method(method, BodyPublishers.ofString("")));
                assertThat(repeatable.body()).contains("upstream-unavailable");
                assertThat(repeatable.headers().firstValue("X-Should-Retry")).isEmpty();
            }
        }
    }

    @Test
    void a_service_that_is_not_there_is_reported_as_a_problem() throws Exception {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        try (GatewayFixture gateway = gateway(nobody)) {
            HttpResponse<String> response = gateway.get("/a");

            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
            assertThat(response.headers().firstValue("date")).isPresent();
            assertThat(response.body()).contains("upstream-unavailable", "nothing was executed");
        }
    }

    @Test
    void a_path_without_a_service_is_reported_as_a_problem() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(
                folder, "routes:\n- path: /v1/**\n  upstream: http://127.0.0.1:" + service.port() + "\n")) {
            HttpResponse<String> response = gateway.send(gateway.request("/v2").PUT(BodyPublishers.ofString("body")));

            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).contains("There is no service at this path");
            assertThat(gateway.get("/v1/a").statusCode()).isEqualTo(201);
        }
    }

    @Test
    void a_service_that_is_silent_for_too_long_is_reported_as_a_problem() throws Exception {
        service.behaveAtOnce(request -> {});
        try (GatewayFixture gateway = new GatewayFixture(
                folder, "upstream: http://127.0.0.1:" + service.port() + "\ndefaults: {timeout: 200ms}\n")) {
            HttpResponse<String> response = gateway.get("/a");

            assertThat(response.statusCode()).isEqualTo(504);
            assertThat(response.body()).contains("upstream-unavailable", "failed before it answered");
        }
    }

    @Test
    void a_service_that_answers_nonsense_is_reported_as_a_problem() throws Exception {
        for (String nonsense : List.of("", "SSH-2.0\n\n", "HTTP/1.1 101 Switching Protocols\n\n")) {
            try (RawService raw = new RawService(nonsense);
                    GatewayFixture gateway = gateway(raw.port())) {
                HttpResponse<String> response = gateway.get("/a");

                assertThat(response.statusCode()).as(nonsense).isEqualTo(502);
                assertThat(response.body()).contains("upstream-unavailable");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "\u0001", "\u000b", "\u007f"})
    void control_characters_in_fields_end_in_an_answer(String control) throws Exception {
        try (RawService raw = new RawService("HTTP/1.1 200 OK\nX-Odd: a" + control + "b\nContent-Length: 0\n\n");
                GatewayFixture gateway = gateway(raw.port())) {
            for (String key : List.of("", "Idempotency-Key: k\n")) {
                String head = "POST /a HTTP/1.1\nHost: x\nContent-Length: 0\nConnection: close\n" + key;
                assertThat(RawClient.exchange(gateway.port(), head + "X-Odd: a" + control + "b\n\n"))
                        .matches("(?s)HTTP/1\\.[01] .*");
                assertThat(RawClient.exchange(gateway.port(), head + "\n")).matches("(?s)HTTP/1\\.[01] .*");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10\n\nhalf", "Transfer-Encoding: chunked\n\n4\nhalf\n"})
    void a_response_that_breaks_off_is_seen_to_break_off(String rest) throws Exception {
        try (RawService raw = new RawService("HTTP/1.1 200 OK\n" + rest);
                GatewayFixture gateway = gateway(raw.port())) {
            HttpRequest request = gateway.request("/a").build();

            assertThatThrownBy(() -> gateway.client().send(request, BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_caller_that_goes_away_cancels_its_request() throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        service.behaveAtOnce(request -> {
            request.response().closeHandler(cancelled::complete);
            begun.complete(null);
        });
        try (GatewayFixture gateway = gateway();
                RawClient client = new RawClient(gateway.port())) {
            client.send(get(""));
            begun.get(30, TimeUnit.SECONDS);
            client.reset();

            cancelled.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_caller_that_goes_away_in_the_middle_of_a_response_cancels_it() throws Exception {
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        service.behaveAtOnce(request -> {
            request.response().closeHandler(cancelled::complete);
            request.response().setChunked(true).write("half");
        });
        try (GatewayFixture gateway = gateway();
                RawClient client = new RawClient(gateway.port())) {
            client.send(get(""));
            client.readUntil("half");
            client.reset();

            cancelled.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_request_that_breaks_off_reaches_the_service_as_broken_off() throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Throwable> broken = new CompletableFuture<>();
        AtomicBoolean ended = new AtomicBoolean();
        service.behaveAtOnce(request -> {
            request.handler(chunk -> begun.complete(null));
            request.endHandler(end -> ended.set(true));
            request.exceptionHandler(broken::complete);
        });
        try (GatewayFixture gateway = gateway();
                RawClient client = new RawClient(gateway.port())) {
            client.send("POST /a HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n4\nhalf\n");
            begun.get(30, TimeUnit.SECONDS);
            client.reset();

            broken.get(30, TimeUnit.SECONDS);
            assertThat(ended).isFalse();
        }
    }

    @Test
    void a_caller_that_goes_away_never_cancels_a_protected_request_S19() throws Exception {
        CompletableFuture<HttpServerResponse> begun = new CompletableFuture<>();
        service.behave((request, body) -> begun.complete(request.response()));
        try (GatewayFixture gateway = gateway();
                RawClient client = new RawClient(gateway.port())) {
            client.send("POST /a HTTP/1.1\nHost: x\nIdempotency-Key: k\nContent-Length: 0\n\n");
            HttpServerResponse response = begun.get(30, TimeUnit.SECONDS);
            client.reset();
            // The gateway notices a closed connection at once; the other test of this shows it.
            await().during(Duration.ofMillis(300)).until(() -> !response.closed());
            response.end("done late");

            await().untilAsserted(
                            () -> assertThat(gateway.post("/a", "k", "").body()).isEqualTo("done late"));
            assertThat(service.received()).hasSize(1);
        }
    }
}
