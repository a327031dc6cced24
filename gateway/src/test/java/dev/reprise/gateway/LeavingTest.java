package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers that go away, and a gateway that stops, while the service is at work. */
class LeavingTest {
    private static final String REQUEST = """
            POST /a HTTP/1.1
            Host: x
            Idempotency-Key: k
            Content-Length: 0

            """;

    @TempDir
    private Path folder;

    private final TestService service = new TestService();
    /** Makes the service answer the first request, once that has come. */
    private final CompletableFuture<Runnable> answer = new CompletableFuture<>();

    @BeforeEach
    void hold() {
        service.behave((request, body) ->
                answer.complete(() -> request.response().setStatusCode(201).end("done")));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private GatewayFixture gateway(String... settings) {
        return new GatewayFixture(
                folder, "upstream: http://127.0.0.1:" + service.port() + "\n" + String.join("\n", settings) + "\n");
    }

    private RawClient send(GatewayFixture gateway) throws IOException {
        RawClient client = new RawClient(gateway.port());
        client.send(REQUEST);
        return client;
    }

    private void assertReplayed(HttpResponse<String> retry) {
        assertThat(retry.statusCode()).isEqualTo(201);
        assertThat(retry.body()).isEqualTo("done");
        assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
        assertThat(service.received()).hasSize(1);
    }

    @Test
    void a_caller_that_goes_away_cancels_nothing_and_gets_the_replay_later_S19_S20() throws Exception {
        try (GatewayFixture gateway = gateway("defaults: {max-wait: 30s}")) {
            try (RawClient client = send(gateway)) {
                Runnable go = answer.get();
                client.reset();
                go.run();
            }

            assertReplayed(gateway.post("/a", "k", ""));
        }
    }

    @Test
    void a_duplicate_whose_caller_goes_away_waits_no_longer_S8() throws Exception {
        try (GatewayFixture gateway = gateway("defaults: {max-wait: 60s}");
                RawClient first = send(gateway)) {
            answer.get();
            send(gateway).close();

            await().atMost(Duration.ofSeconds(30)).until(() -> gateway.metrics().contains("event=\"in-progress\""));
            answer.get().run();
            assertThat(first.readUntil("done")).startsWith("HTTP/1.1 201 ");
        }
    }

    @Test
    void what_goes_on_without_its_caller_is_waited_for_by_a_gateway_that_stops_S19() throws Exception {
        try (GatewayFixture gateway = gateway()) {
            try (RawClient client = send(gateway)) {
                answer.get();
                client.reset();
            }
            int port = gateway.port();
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::stop);
            await().until(() -> isClosed(port));
            answer.get().run();
            stopped.get(1, TimeUnit.MINUTES);
        }
        try (GatewayFixture next = gateway()) {
            assertReplayed(next.post("/a", "k", ""));
        }
    }

    /** As when the first attempt is given up, and frees the key for those that wait: they would be cut off at once. */
    @Test
    void a_gateway_that_has_no_more_time_sends_nothing_any_more_S15() throws Exception {
        List<RawClient> callers = new ArrayList<>();
        try (GatewayFixture gateway = gateway("drain: 300ms", "defaults: {max-wait: 60s, uncertain: rerun}")) {
            callers.add(send(gateway));
            answer.get();
            for (int i = 0; i < 5; i++) {
                callers.add(send(gateway));
            }
            assertThat(gateway.metrics()).isNotEmpty();

            gateway.stop();

            assertThat(service.received()).hasSize(1);
        } finally {
            for (RawClient caller : callers) {
                caller.close();
            }
        }
    }

    private static boolean isClosed(int port) {
        try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !probe.isConnected();
        } catch (IOException e) {
            return true;
        }
    }
}
