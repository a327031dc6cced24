package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.testkit.RawClient;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Plan;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of operations when the service, the network or the caller fails. */
class FailureTest {
    @TempDir
    private Path folder;

    private final TestService service = new TestService();
    private final TcpFaultProxy network = new TcpFaultProxy(service.port());

    @AfterEach
    void stop() {
        network.close();
        service.close();
    }

    /** A gateway whose service is behind a network that fails. */
    private GatewayFixture gateway(String... defaults) {
        return new GatewayFixture(
                folder,
                "upstream: http://127.0.0.1:" + network.port() + "\n"
                        + (defaults.length == 0 ? "" : "defaults:\n  " + String.join("\n  ", defaults) + "\n"));
    }

    @Test
    void a_service_that_is_not_reached_leaves_the_key_free() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        try (GatewayFixture gateway = new GatewayFixture(folder, "upstream: http://127.0.0.1:" + closed + "\n")) {
            HttpResponse<String> first = gateway.post("/a", "k", "one");
            HttpResponse<String> otherPayload = gateway.post("/a", "k", "two");

            assertThat(first.statusCode()).isEqualTo(502);
            assertThat(first.body()).contains("upstream-unavailable").contains("nothing was executed");
            assertThat(otherPayload.statusCode())
                    .as("S10: no record, so no mismatch")
                    .isEqualTo(502);
        }
    }

    @Test
    void a_service_that_dies_before_it_answers_leaves_the_outcome_unknown_S15() throws Exception {
        network.next(Plan.CUT_BEFORE_RESPONSE);
        try (GatewayFixture gateway = gateway()) {
            HttpResponse<String> first = gateway.post("/a", "k", "body");
            HttpResponse<String> retry = gateway.post("/a", "k", "body");

            assertThat(first.statusCode()).isEqualTo(502);
            assertThat(first.body()).contains("outcome-unknown");
            assertThat(retry.statusCode()).isEqualTo(409);
            assertThat(retry.body()).contains("outcome-unknown");
            assertThat(service.received()).as("never executed again").hasSize(1);
        }
    }

    @Test
    void a_response_that_breaks_off_is_not_recorded_as_if_it_were_whole_S15() throws Exception {
        service.behave((request, body) -> request.response().end("x".repeat(1_000)));
        network.next(Plan.cutResponseAfter(500));
        try (GatewayFixture gateway = gateway()) {
            HttpResponse<String> first = gateway.post("/a", "k", "body");
            HttpResponse<String> retry = gateway.post("/a", "k", "body");

            assertThat(first.statusCode()).isEqualTo(502);
            assertThat(retry.body()).contains("outcome-unknown");
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void a_status_that_is_none_leaves_the_outcome_unknown_S15() throws Exception {
        service.behave((request, body) -> request.response().setStatusCode(999).end());
        try (GatewayFixture gateway = gateway()) {
            assertThat(gateway.post("/a", "k", "body").statusCode()).isEqualTo(502);
            assertThat(gateway.post("/a", "k", "body").body()).contains("outcome-unknown");
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void a_service_that_is_too_slow_leaves_the_outcome_unknown_S15() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        service.behave((request, body) -> assertThat(never.getCount()).isEqualTo(1));
        try (GatewayFixture gateway = gateway("timeout: 300ms")) {
            HttpResponse<String> first = gateway.post("/a", "k", "body");
            HttpResponse<String> retry = gateway.post("/a", "k", "body");

            assertThat(first.statusCode()).isEqualTo(504);
            assertThat(first.body()).contains("outcome-unknown");
            assertThat(retry.statusCode()).isEqualTo(409);
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void a_route_whose_service_is_safe_to_run_again_executes_after_a_failure_S15() throws Exception {
        network.next(Plan.CUT_BEFORE_RESPONSE);
        try (GatewayFixture gateway = gateway("uncertain: rerun")) {
            HttpResponse<String> first = gateway.post("/a", "k", "body");
            HttpResponse<String> retry = gateway.post("/a", "k", "body");

            assertThat(first.statusCode()).isEqualTo(502);
            assertThat(retry.statusCode()).isEqualTo(201);
            assertThat(service.received()).hasSize(2);
        }
    }

    @Test
    void a_5xx_is_uncertain_unless_the_route_or_the_service_says_otherwise_S15() throws Exception {
        service.behave((request, body) -> {
            if (body.toString().equals("declared")) {
                request.response().putHeader("Idempotency-Effect", "none");
            }
            request.response().setStatusCode(500).end("broken");
        });
        try (GatewayFixture gateway = gateway()) {
            HttpResponse<String> first = gateway.post("/a", "uncertain", "");
            assertThat(first.statusCode()).isEqualTo(500);
            assertThat(first.body()).isEqualTo("broken");
            assertThat(gateway.post("/a", "uncertain", "").body()).contains("outcome-unknown");

            HttpResponse<String> declared = gateway.post("/a", "declared", "declared");
            assertThat(declared.headers().map()).doesNotContainKey("idempotency-effect");
            gateway.post("/a", "declared", "declared");
            assertThat(service.received()).hasSize(3);
        }
    }

    @Test
    void a_5xx_is_replayed_where_it_is_final_S15() throws Exception {
        service.behave((request, body) -> request.response().setStatusCode(503).end("no"));
        try (GatewayFixture gateway = gateway("effects: {uncertain: []}")) {
            gateway.post("/a", "k", "");
            HttpResponse<String> retry = gateway.post("/a", "k", "");

            assertThat(retry.statusCode()).isEqualTo(503);
            assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void a_service_that_says_to_come_back_has_done_nothing_and_is_asked_again_S14_S15() throws Exception {
        service.behave((request, body) -> request.response()
                .setStatusCode(Integer.parseInt(body.toString()))
                .putHeader("Retry-After", "1")
                .end());
        try (GatewayFixture gateway = gateway()) {
            for (String status : List.of("408", "421", "425", "429", "503")) {
                gateway.post("/a", status, status);
                HttpResponse<String> retry = gateway.post("/a", status, status);

                assertThat(retry.statusCode()).hasToString(status);
                assertThat(retry.headers().firstValue("idempotent-replayed")).isEmpty();
            }
            assertThat(service.received()).hasSize(10);
        }
    }

    @Test
    void a_request_body_that_is_cut_short_executes_nothing_and_records_nothing_S20() throws Exception {
        try (GatewayFixture gateway = gateway()) {
            try (RawClient client = new RawClient(gateway.port())) {
                client.send("""
                        POST /a HTTP/1.1
                        Host: x
                        Idempotency-Key: k
                        Content-Length: 10

                        half
                        """);
                client.reset();
            }
            assertThat(gateway.post("/a", "k", "a whole one").statusCode()).isEqualTo(201);
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void a_request_over_the_limit_is_refused_with_a_document_and_not_executed() throws Exception {
        try (GatewayFixture gateway = gateway("max-request-body: 10")) {
            HttpResponse<String> declared = gateway.post("/a", "k", "x".repeat(1_000_000));
            HttpResponse<String> chunked = gateway.send(gateway.request("/a")
                    .header("Idempotency-Key", "k")
                    .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString("x".repeat(1_000_000)))));

            for (HttpResponse<String> response : List.of(declared, chunked)) {
                assertThat(response.statusCode()).isEqualTo(413);
                assertThat(response.body()).contains("request-too-large");
            }
            assertThat(service.received()).isEmpty();
            assertThat(gateway.post("/a", "k", "x".repeat(10)).statusCode()).isEqualTo(201);
        }
    }

    @Test
    void a_response_over_the_limit_arrives_whole_once_and_its_retry_says_that_it_was_left_out_S21() throws Exception {
        String large = "0123456789".repeat(200_000);
        service.behave((request, body) -> request.response()
                .setStatusCode(201)
                .putHeader("Location", "/a/1")
                .putHeader("X-Chunked", body.toString())
                .setChunked(body.toString().equals("chunked"))
                .end(large));
        try (GatewayFixture gateway = gateway("max-response-body: 1KiB")) {
            for (String kind : List.of("declared", "chunked")) {
                HttpResponse<String> first = gateway.post("/a", kind, kind);
                HttpResponse<String> retry = gateway.post("/a", kind, kind);

                assertThat(first.statusCode()).isEqualTo(201);
                assertThat(first.body()).isEqualTo(large);
                assertThat(first.headers().map()).doesNotContainKey("idempotent-body-omitted");
                assertThat(retry.statusCode()).isEqualTo(201);
                assertThat(retry.body()).isEmpty();
                assertThat(retry.headers().firstValue("location")).hasValue("/a/1");
                assertThat(retry.headers().firstValue("idempotent-body-omitted"))
                        .hasValue("true");
            }
            assertThat(service.received()).hasSize(2);
        }
    }

    @Test
    void a_stream_of_events_reaches_its_caller_while_it_goes_on_S21() throws Exception {
        CompletableFuture<Runnable> end = new CompletableFuture<>();
        service.behave((request, body) -> {
            request.response()
                    .setChunked(true)
                    .putHeader("Content-Type", "text/event-stream")
                    .write("data: 1\n\n");
            end.complete(() -> request.response().end("data: 2\n\n"));
        });
        try (GatewayFixture gateway = gateway()) {
            HttpRequest request = gateway.request("/a")
                    .header("Idempotency-Key", "k")
                    .POST(BodyPublishers.noBody())
                    .build();
            var events = gateway.client()
                    .send(request, BodyHandlers.ofLines())
                    .body()
                    .iterator();
            assertThat(events.next()).isEqualTo("data: 1");
            HttpResponse<String> retry = gateway.post("/a", "k", "");
            end.get().run();

            assertThat(events.next()).isEmpty();
            assertThat(events.next()).isEqualTo("data: 2");
            assertThat(retry.headers().firstValue("idempotent-body-omitted")).hasValue("true");
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void a_gateway_that_stops_finishes_what_has_begun_and_takes_nothing_new() throws Exception {
        CompletableFuture<Runnable> answer = new CompletableFuture<>();
        service.behave((request, body) ->
                answer.complete(() -> request.response().setStatusCode(201).end("done")));
        GatewayFixture gateway = gateway();
        CompletableFuture<HttpResponse<String>> running = gateway.client()
                .sendAsync(
                        gateway.request("/a")
                                .header("Idempotency-Key", "k")
                                .POST(BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString());
        Runnable go = answer.get();
        int port = gateway.port();
        Thread stopping = Thread.ofVirtual().start(gateway::stop);
        await().untilAsserted(() -> {
            try (RawClient late = new RawClient(port)) {
                late.send("GET / HTTP/1.1\nHost: x\n\n");
                assertThat(late.readToEnd()).isEmpty();
            } catch (SocketException refusedOrReset) {
                // Nobody takes it.
            }
        });
        go.run();

        assertThat(running.get().body()).isEqualTo("done");
        stopping.join();
        gateway.close();
        try (GatewayFixture restarted = gateway()) {
            assertThat(restarted.post("/a", "k", "").headers().firstValue("idempotent-replayed"))
                    .hasValue("true");
        }
    }
}
