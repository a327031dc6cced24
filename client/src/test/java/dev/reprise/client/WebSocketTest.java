package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Web sockets are those of the underlying client: neither given a key nor retried. */
class WebSocketTest {
    private final List<String> handshakes = new CopyOnWriteArrayList<>();
    private final HttpClient plain = HttpClient.newHttpClient();
    private final RetryingHttpClient client =
            RetryingHttpClient.of(plain, Calls.hasty().build());

    @SuppressWarnings("NullAway.Init")
    private VertxServer server;

    @BeforeEach
    void start() {
        server = new VertxServer(vertx -> vertx.webSocketHandshakeHandler(handshake -> {
                    handshakes.add(String.join(",", handshake.headers().names()).toLowerCase(Locale.ROOT));
                    if (handshake.path().equals("/echo")) {
                        handshake.accept();
                    } else {
                        handshake.reject(503);
                    }
                })
                .webSocketHandler(
                        socket -> socket.textMessageHandler(text -> socket.writeTextMessage("echo " + text))));
    }

    @AfterEach
    void stop() {
        plain.shutdownNow();
        server.close();
    }

    @Test
    void messages_pass_in_both_directions() throws Exception {
        Echo echo = new Echo();
        WebSocket socket = open("/echo", echo);

        socket.sendText("hello", true).get(10, TimeUnit.SECONDS);

        assertThat(echo.text.get(10, TimeUnit.SECONDS)).isEqualTo("echo hello");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
        assertThat(handshakes).singleElement().asString().doesNotContain("idempotency");
    }

    @Test
    void a_handshake_that_is_refused_is_not_retried() {
        assertThatThrownBy(() -> open("/down", new Echo())).hasCauseInstanceOf(WebSocketHandshakeException.class);

        assertThat(handshakes).hasSize(1);
    }

    private WebSocket open(String path, WebSocket.Listener listener) throws Exception {
        return client.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + path), listener)
                .get(10, TimeUnit.SECONDS);
    }

    private static final class Echo implements WebSocket.Listener {
        private final CompletableFuture<String> text = new CompletableFuture<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence message, boolean last) {
            text.complete(message.toString());
            return null;
        }
    }
}
