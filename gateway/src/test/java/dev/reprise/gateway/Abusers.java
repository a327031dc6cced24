package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.FullProof;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Callers who want much and take nothing. */
final class Abusers {
    static final int KERNEL_BUFFER = 8_192;
    static final int LARGE = 540_000;
    static final int RECORDS = 150;
    /** How many of them there are. */
    static final int MANY = FullProof.WANTED ? 3_000 : 600;

    private static final byte[] BODY = new byte[LARGE];
    private final HttpClient client;
    private final List<AutoCloseable> connections = new ArrayList<>();

    Abusers(HttpClient client) {
        this.client = client;
    }

    void add(AutoCloseable connection) {
        synchronized (connections) {
            connections.add(connection);
        }
    }

    /** Each sends a head, with a key of its own in the place of K, and so many bytes of a body; none of them reads. */
    void sockets(int port, String head, int body) throws IOException {
        for (int i = 0; i < MANY; i++) {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(KERNEL_BUFFER);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            add(socket);
            String own = head.replace("K\n", UUID.randomUUID() + "\n").replace("\n", "\r\n");
            Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(own.getBytes(StandardCharsets.ISO_8859_1));
                    for (int sent = 0; sent < body; sent += LARGE) {
                        socket.getOutputStream().write(BODY);
                    }
                } catch (IOException e) {
                    // Who is refused is done.
                }
            });
        }
    }

    /** Has an answer of a megabyte recorded, to a request without a body. */
    void record(int port, String key) throws IOException, InterruptedException {
        assertThat(client.send(request(port, "/large", key, ""), BodyHandlers.ofString())
                        .body())
                .hasSize(1_000_000);
    }

    static HttpRequest request(int port, String path, String key, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Idempotency-Key", key)
                .timeout(Duration.ofSeconds(30))
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    /** Lets go of all of them. */
    void leave() throws Exception {
        synchronized (connections) {
            for (AutoCloseable connection : connections) {
                connection.close();
            }
            connections.clear();
        }
    }
}
