package dev.reprise.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A service that answers each request with exactly the bytes it is told to, once its head has come, and closes the
 * connection. Thread-safe.
 */
final class RawService implements AutoCloseable {
    private final ServerSocket server;
    private final byte[] response;
    private final List<String> heads = new CopyOnWriteArrayList<>();

    /** @param response what it says, with line ends as in Java; they are sent as those of HTTP */
    RawService(String response) throws IOException {
        this.response = response.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("raw-service").start(this::accept);
    }

    private void accept() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                heads.add(readHead(socket.getInputStream()));
                socket.getOutputStream().write(response);
                socket.shutdownOutput();
                // Closing with unread bytes would reset the connection and could take the response back.
                socket.getInputStream().skip(Long.MAX_VALUE);
            } catch (IOException e) {
                // This caller is gone, or the service is.
            }
        }
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    int port() {
        return server.getLocalPort();
    }

    /** The heads of the requests so far, as they came. */
    List<String> heads() {
        return List.copyOf(heads);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
