package dev.reprise.gateway;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service that says exactly the bytes it is told to for each path, and otherwise keeps its connections open for the
 * next request. Thread-safe.
 */
final class WireService implements AutoCloseable {
    private final ServerSocket server;
    private final Map<String, Says> answers = new ConcurrentHashMap<>();
    private final Queue<Socket> connections = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();

    /** What happens to a request. */
    private record Says(String text, When when) {}

    /** When it answers, and what it does then. */
    enum When {
        /** After the body, and waits for the next request. */
        COMPLETE,
        /** After the head, and closes the connection with the body unread. */
        EARLY
    }

    WireService() throws IOException {
        server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("wire-service").start(this::accept);
    }

    /** Says this to requests for the path, with line ends as in Java; they are sent as those of HTTP. */
    WireService says(String path, String text) {
        return says(path, text, When.COMPLETE);
    }

    WireService says(String path, String text, When when) {
        answers.put(path, new Says(text.replace("\n", "\r\n"), when));
        return this;
    }

    int port() {
        return server.getLocalPort();
    }

    /** How many requests have come. */
    int requests() {
        return requests.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                // The service is closed.
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream(), 1);
            OutputStream out = connection.getOutputStream();
            for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
                requests.incrementAndGet();
                Says says = Objects.requireNonNull(answers.get(head.split(" ", 3)[1]));
                if (says.when() == When.COMPLETE) {
                    in.skipNBytes(length(head));
                }
                out.write(says.text().getBytes(StandardCharsets.ISO_8859_1));
                if (says.when() == When.EARLY) {
                    return;
                }
            }
        } catch (IOException e) {
            // The gateway has closed the connection.
        }
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static long length(String head) {
        return head.toLowerCase(Locale.ROOT)
                .lines()
                .filter(line -> line.startsWith("content-length:"))
                .mapToLong(line -> Long.parseLong(line.substring(15).strip()))
                .sum();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
