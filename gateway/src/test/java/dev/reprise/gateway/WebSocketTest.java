package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.testkit.RawClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketBase;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WebSockets pass through. */
class WebSocketTest {
    private static final int LARGE = 64 << 20;
    private static final int FRAME = 64 << 10;
    /** Far more than the buffers of four sockets and two queues, far less than all that is sent. */
    private static final int HELD_AT_MOST = 48 << 20;

    private static final String UPGRADE = """
            GET /socket HTTP/1.1
            Host: x
            Connection: keep-alive, Upgrade
            Upgrade: websocket
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            Proxy-Authorization: Basic eDp5

            """;

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** What a service does with a WebSocket. */
    private interface Behaviour {
        void accept(ServerWebSocket socket);
    }

    private GatewayFixture gateway(Behaviour behaviour) {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                        .setMaxWebSocketMessageSize(LARGE)
                        .setMaxWebSocketFrameSize(LARGE))
                .webSocketHandler(behaviour::accept)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        return new GatewayFixture(folder, "upstream: http://127.0.0.1:" + server.actualPort() + "\n");
    }

    private static WebSocket connect(GatewayFixture gateway, WebSocket.Listener listener) {
        return gateway.client()
                .newWebSocketBuilder()
                .connectTimeout(Duration.ofSeconds(30))
                .subprotocols("chat")
                .buildAsync(URI.create("ws://127.0.0.1:" + gateway.port() + "/socket"), listener)
                .join();
    }

    /** Notes what comes, whole messages as one. */
    private static final class Notes implements WebSocket.Listener {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private int binary;

        private String next() throws InterruptedException {
            String event = events.poll(30, TimeUnit.SECONDS);
            assertThat(event).as("an event within 30 seconds").isNotNull();
            return String.valueOf(event);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                events.add("text " + text);
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            binary += data.remaining();
            if (last) {
                events.add("binary " + binary);
                binary = 0;
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            events.add("pong " + StandardCharsets.UTF_8.decode(message));
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            events.add("close " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            events.add("error");
        }
    }

    @Test
    void text_bytes_and_pings_go_both_ways() throws Exception {
        try (GatewayFixture gateway = gateway(socket -> {
            socket.textMessageHandler(socket::writeTextMessage);
            socket.binaryMessageHandler(socket::writeBinaryMessage);
        })) {
            Notes notes = new Notes();
            WebSocket socket = connect(gateway, notes);

            socket.sendText("hello", true).join();
            assertThat(notes.next()).isEqualTo("text hello");
            socket.sendBinary(ByteBuffer.wrap(new byte[3]), true).join();
            assertThat(notes.next()).isEqualTo("binary 3");
            socket.sendPing(StandardCharsets.UTF_8.encode("p")).join();
            assertThat(notes.next()).isEqualTo("pong p");
        }
    }

    @Test
    void what_the_service_says_first_is_not_lost() throws Exception {
        try (GatewayFixture gateway = gateway(socket -> socket.writeTextMessage("welcome"))) {
            Notes notes = new Notes();
            connect(gateway, notes);

            assertThat(notes.next()).isEqualTo("text welcome");
        }
    }

    @Test
    void large_messages_go_both_ways() throws Exception {
        try (GatewayFixture gateway = gateway(socket -> socket.binaryMessageHandler(socket::writeBinaryMessage))) {
            Notes notes = new Notes();
            WebSocket socket = connect(gateway, notes);
            socket.sendBinary(ByteBuffer.allocate(8 << 20), true).join();

            assertThat(notes.next()).isEqualTo("binary " + (8 << 20));
        }
    }

    @Test
    void the_fields_of_the_handshake_reach_the_service() throws Exception {
        CompletableFuture<ServerWebSocket> connected = new CompletableFuture<>();
        try (GatewayFixture gateway = gateway(connected::complete)) {
            connect(gateway, new Notes());

            ServerWebSocket service = connected.get(30, TimeUnit.SECONDS);
            assertThat(service.uri()).isEqualTo("/socket");
            assertThat(service.headers().get("Sec-WebSocket-Protocol")).isEqualTo("chat");
            assertThat(service.headers().get("X-Forwarded-For")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void the_caller_closes_with_its_code_and_reason() throws Exception {
        CompletableFuture<String> closed = new CompletableFuture<>();
        try (GatewayFixture gateway = gateway(socket ->
                socket.closeHandler(end -> closed.complete(socket.closeStatusCode() + " " + socket.closeReason())))) {
            WebSocket socket = connect(gateway, new Notes());
            socket.sendClose(4001, "enough").join();

            assertThat(closed.get(30, TimeUnit.SECONDS)).isEqualTo("4001 enough");
        }
    }

    @Test
    void the_service_closes_with_its_code_and_reason() throws Exception {
        try (GatewayFixture gateway = gateway(socket -> socket.close((short) 4002, "no more"))) {
            Notes notes = new Notes();
            connect(gateway, notes);

            assertThat(notes.next()).isEqualTo("close 4002 no more");
        }
    }

    @Test
    void a_caller_that_is_gone_is_gone_for_the_service_too() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        try (GatewayFixture gateway = gateway(socket -> socket.closeHandler(closed::complete));
                RawClient client = new RawClient(gateway.port())) {
            client.send(UPGRADE);
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 101 ");
            client.reset();

            closed.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_service_that_is_gone_is_gone_for_the_caller_too() throws Exception {
        try (RawService raw = new RawService("""
                        HTTP/1.1 101 Switching Protocols
                        Connection: upgrade
                        Upgrade: websocket
                        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
                        X-Custom: 1

                        last words""");
                GatewayFixture gateway =
                        new GatewayFixture(folder, "upstream: http://127.0.0.1:" + raw.port() + "\n")) {
            String response = RawClient.exchange(gateway.port(), UPGRADE);

            assertThat(response)
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("Connection: upgrade\r\n")
                    .containsIgnoringCase("Upgrade: websocket\r\n")
                    .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", "X-Custom: 1\r\n")
                    .endsWith("\r\n\r\nlast words");
            assertThat(raw.heads().get(0))
                    .containsIgnoringCase("\r\nConnection: upgrade\r\n")
                    .containsIgnoringCase("\r\nUpgrade: websocket\r\n")
                    .doesNotContain("Proxy-Authorization");
        }
    }

    @Test
    void an_upgrade_that_the_service_refuses_is_refused_with_all_it_says() throws Exception {
        try (RawService raw = new RawService("""
                        HTTP/1.1 401 Unauthorized
                        WWW-Authenticate: Bearer
                        Content-Length: 9

                        not yours""");
                GatewayFixture gateway = new GatewayFixture(folder, "upstream: http://127.0.0.1:" + raw.port() + "\n");
                RawClient client = new RawClient(gateway.port())) {
            for (int i = 0; i < 2; i++) {
                // The connection is still one of HTTP.
                client.send(UPGRADE);
                assertThat(client.readUntil("not yours"))
                        .startsWith("HTTP/1.1 401 Unauthorized\r\n")
                        .contains("WWW-Authenticate: Bearer\r\n");
            }
        }
    }

    @Test
    void an_upgrade_without_a_service_is_answered_with_a_problem() throws Exception {
        try (GatewayFixture gateway =
                        new GatewayFixture(folder, "routes:\n- path: /v1/**\n  upstream: http://127.0.0.1:1\n");
                RawClient client = new RawClient(gateway.port())) {
            client.send(UPGRADE);
            assertThat(client.readUntil("}}")).startsWith("HTTP/1.1 404 ");
            client.send(UPGRADE.replace("/socket", "/v1/socket"));
            assertThat(client.readUntil("}}")).contains("HTTP/1.1 502 ", "upstream-unavailable");
        }
    }

    @Test
    void a_caller_that_does_not_read_slows_the_service_down() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (GatewayFixture gateway = gateway(socket -> pour(socket, sent))) {
            AtomicLong received = new AtomicLong();
            CompletableFuture<WebSocket> open = new CompletableFuture<>();
            WebSocket socket = connect(gateway, new WebSocket.Listener() {
                @Override
                public void onOpen(WebSocket opened) {
                    // Asks for nothing yet.
                    open.complete(opened);
                }

                @Override
                public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
                    received.addAndGet(data.remaining());
                    return null;
                }
            });
            open.get(30, TimeUnit.SECONDS);
            awaitStandstill(sent);

            assertThat(sent.get()).isLessThan(HELD_AT_MOST);
            socket.request(Long.MAX_VALUE);
            await().atMost(Duration.ofSeconds(60)).until(() -> received.get() == LARGE);
        }
    }

    @Test
    void a_service_that_does_not_read_slows_the_caller_down() throws Exception {
        AtomicLong received = new AtomicLong();
        CompletableFuture<ServerWebSocket> connected = new CompletableFuture<>();
        try (GatewayFixture gateway = gateway(socket -> {
            socket.handler(data -> received.addAndGet(data.length()));
            socket.pause();
            connected.complete(socket);
        })) {
            WebSocket socket = connect(gateway, new Notes());
            AtomicLong sent = new AtomicLong();
            Thread writer = Thread.ofVirtual().start(() -> {
                while (sent.get() < LARGE) {
                    socket.sendBinary(ByteBuffer.allocate(FRAME), true).join();
                    sent.addAndGet(FRAME);
                }
            });
            ServerWebSocket service = connected.get(30, TimeUnit.SECONDS);
            awaitStandstill(sent);

            assertThat(sent.get()).isLessThan(HELD_AT_MOST);
            service.resume();
            writer.join();
            await().atMost(Duration.ofSeconds(60)).until(() -> received.get() == LARGE);
        }
    }

    /** Writes frames as fast as the other side takes them, and counts. */
    private static void pour(WebSocketBase socket, AtomicLong sent) {
        while (sent.get() < LARGE) {
            if (socket.writeQueueFull()) {
                socket.drainHandler(drained -> pour(socket, sent));
                return;
            }
            sent.addAndGet(FRAME);
            socket.writeFinalBinaryFrame(Buffer.buffer(new byte[FRAME]));
        }
    }

    /** Waits until something was sent and nothing more is. */
    private static void awaitStandstill(AtomicLong sent) {
        AtomicLong before = new AtomicLong(-1);
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    long now = sent.get();
                    return now > 0 && before.getAndSet(now) == now;
                });
    }
}
