package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.RawClient;
import io.vertx.core.http.HttpServerRequest;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers who keep the gateway waiting, or busy with nothing: they are let go, and nothing of theirs is executed. */
class SlowCallersTest {
    /** The system throws away what has come, an error included, when it meets a closed connection with its next frame. */
    private static final int RESET = -1;

    private static final String LARGE = "x".repeat(1_000_000);

    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    @SuppressWarnings("NullAway.Init")
    private GatewayFixture gateway;

    @BeforeEach
    void start() {
        gateway = gateway(folder, "100KiB");
    }

    private GatewayFixture gateway(Path where, String rate) {
        return new GatewayFixture(where, """
                upstream: http://127.0.0.1:%d
                limits: {idle-timeout: 1s, caller-timeout: 300ms, caller-rate: %s}
                """.formatted(service.port(), rate));
    }

    @AfterEach
    void stop() {
        gateway.close();
        service.close();
    }

    /** Goes on sending one byte after the other for as long as somebody takes them, and returns what was answered. */
    private String trickle(String begin, String piece) throws IOException {
        try (RawClient client = new RawClient(gateway.port())) {
            client.send(begin);
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        client.send(piece);
                        Thread.sleep(20);
                    }
                } catch (IOException | InterruptedException e) {
                    // The gateway takes no more.
                }
            });
            return client.readToEnd();
        }
    }

    @Test
    void a_head_that_does_not_come_to_an_end_ends_the_connection() throws Exception {
        assertThat(trickle("GET /a HTTP/1.1\nHost: x\n", "X: y\n")).doesNotContain("201");
        assertThat(service.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Idempotency-Key: k\n", ""})
    void a_body_that_trickles_is_refused_S20(String key) throws Exception {
        String head = "POST /a HTTP/1.1\nHost: x\nConnection: close\n" + key;
        for (String answer : new String[] {
            trickle(head + "Content-Length: 100000\n\n", "x"),
            trickle(head + "Transfer-Encoding: chunked\n\n", "1\nx\n"),
        }) {
            assertThat(answer).startsWith("HTTP/1.1 408 ").contains("request-timeout");
        }
        assertThat(service.received()).isEmpty();
    }

    @Test
    void a_stream_whose_body_does_not_come_is_refused() throws Exception {
        try (RawHttp2 connection = new RawHttp2(gateway.port(), 65_535)) {
            int stream = connection.request("POST", "/a", Map.of("idempotency-key", "k"), false);
            RawHttp2.Frame answer = connection.read(RawHttp2.HEADERS);

            assertThat(answer.stream()).isEqualTo(stream);
            assertThat(StandardCharsets.UTF_8
                            .decode(connection.read(RawHttp2.DATA).payload())
                            .toString())
                    .contains("request-timeout");
        }
        assertThat(service.received()).isEmpty();
    }

    @Test
    void a_caller_who_waits_for_a_slow_service_is_not_slow() throws Exception {
        CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
        service.behaveAtOnce(request -> {
            request.pause();
            request.endHandler(end -> request.response().end("done"));
            arrived.complete(request);
        });
        CompletableFuture<HttpResponse<String>> response = gateway.client()
                .sendAsync(
                        gateway.request("/a")
                                .PUT(BodyPublishers.ofString(LARGE.repeat(20)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        HttpServerRequest request = arrived.get(30, TimeUnit.SECONDS);
        // Longer than a caller may take.
        CompletableFuture.delayedExecutor(1_500, TimeUnit.MILLISECONDS).execute(request::resume);

        assertThat(response.get(60, TimeUnit.SECONDS).body()).isEqualTo("done");
    }

    @Test
    void a_replay_that_nobody_takes_is_broken_off_and_replays_to_who_asks_again_S20() throws Exception {
        service.behave((request, body) -> request.response().setStatusCode(201).end(LARGE));
        gateway.post("/a", "k", "");
        try (RawHttp2 connection = new RawHttp2(gateway.port(), 0)) {
            int stream = connection.request("POST", "/a", Map.of("idempotency-key", "k", "content-length", "0"), true);

            assertThat(connection.read(RawHttp2.RST_STREAM).stream()).isEqualTo(stream);
        }
        assertThat(gateway.post("/a", "k", "").body()).isEqualTo(LARGE);
    }

    @Test
    void a_response_that_nobody_takes_is_broken_off_and_so_is_the_service(@TempDir Path other) throws Exception {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        service.behaveAtOnce(request -> {
            request.response().closeHandler(gone::complete);
            pour(request);
        });
        // What the kernel takes is taken, and should be worth no time.
        try (GatewayFixture strict = gateway(other, "1GiB");
                RawClient client = new RawClient(strict.port())) {
            client.send("GET /a HTTP/1.1\nHost: x\n\n");
            gone.get(60, TimeUnit.SECONDS);
        }
    }

    private static void pour(HttpServerRequest request) {
        request.response().setChunked(true);
        while (!request.response().writeQueueFull()) {
            request.response().write(LARGE);
        }
        request.response().drainHandler(drained -> pour(request));
    }

    @Test
    void a_connection_without_requests_ends_however_busy_it_is() throws Exception {
        try (RawHttp2 connection = new RawHttp2(gateway.port(), 65_535)) {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        connection.frame(RawHttp2.PING, 0, 0, new byte[8]);
                        Thread.sleep(50);
                    }
                } catch (IOException | InterruptedException e) {
                    // The gateway has had enough.
                }
            });
            assertThat(endOf(connection)).isIn(0, RESET);
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {RawHttp2.PING, RawHttp2.SETTINGS, RawHttp2.PRIORITY, RawHttp2.WINDOW_UPDATE, RawHttp2.DATA, 99})
    void a_flood_of_frames_that_carry_nothing_ends_its_connection(int type) throws Exception {
        service.behaveAtOnce(HttpServerRequest::pause);
        int calm = 11;
        try (RawHttp2 connection = new RawHttp2(gateway.port(), 65_535)) {
            int stream = connection.request("PUT", "/a", Map.of(), false);
            byte[] payload = switch (type) {
                case RawHttp2.PING -> new byte[8];
                case RawHttp2.PRIORITY -> new byte[5];
                case RawHttp2.WINDOW_UPDATE -> new byte[] {0, 0, 0, 1};
                default -> new byte[0];
            };
            boolean ofStream = type == RawHttp2.PRIORITY || type == RawHttp2.DATA || type == RawHttp2.WINDOW_UPDATE;
            Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 50_000; i++) {
                        connection.frame(type, 0, ofStream ? stream : 0, payload);
                    }
                } catch (IOException e) {
                    // The gateway has had enough.
                }
            });
            assertThat(endOf(connection)).isIn(calm, RESET);
        }
    }

    @Test
    void streams_that_are_opened_only_to_be_reset_end_their_connection() throws Exception {
        try (RawHttp2 connection = new RawHttp2(gateway.port(), 65_535)) {
            Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 5_000; i++) {
                        int stream = connection.request("GET", "/a", Map.of(), true);
                        connection.frame(RawHttp2.RST_STREAM, 0, stream, new byte[4]);
                    }
                } catch (IOException e) {
                    // The gateway has had enough.
                }
            });
            assertThat(endOf(connection)).isIn(11, RESET);
        }
    }

    /** The error with which a connection is ended; 0 if it is closed without one, or {@link #RESET}. */
    private static int endOf(RawHttp2 connection) {
        try {
            return connection.read(RawHttp2.GOAWAY).error();
        } catch (EOFException closed) {
            return 0;
        } catch (IOException reset) {
            assertThat(reset).isInstanceOf(SocketException.class);
            return RESET;
        }
    }
}
