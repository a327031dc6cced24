package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScriptedServerTest {
    @Test
    void a_request_that_is_cut_short_anywhere_is_none_S20() throws Exception {
        String request = "POST /charges HTTP/1.1\r\nIdempotency-Key: \"k\"\r\nContent-Length: 4\r\n\r\nbody";
        try (ScriptedServer server = new ScriptedServer()) {
            for (int length = 0; length < request.length(); length++) {
                assertThat(answer(server, request.substring(0, length))).isEmpty();
            }
            assertThat(server.received()).isEmpty();
            assertThat(server.effects()).isZero();

            assertThat(answer(server, request)).contains("effect 1");
        }
    }

    private static String answer(ScriptedServer server, String sent) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
