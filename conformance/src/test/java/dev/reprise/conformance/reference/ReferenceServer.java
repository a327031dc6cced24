package dev.reprise.conformance.reference;

import dev.reprise.conformance.Field;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnection;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;

/** A small HTTP server with one {@link Service}: one request per connection, a virtual thread each. */
public final class ReferenceServer implements AutoCloseable {
    /** How long an issued key may be used. */
    public static final Duration KEY_LIFETIME = Keys.LIFETIME;

    private final ServerSocket listener;
    private final Service service;

    public ReferenceServer(Settings settings) {
        service = new Service(settings);
        try {
            listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** The address of a path. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + path);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                // It was closed.
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                DefaultBHttpServerConnection http = new DefaultBHttpServerConnection("http", Http1Config.DEFAULT)) {
            socket.setTcpNoDelay(true);
            http.bind(socket);
            ClassicHttpRequest request = http.receiveRequestHeader();
            if (request == null) {
                return;
            }
            http.receiveRequestEntity(request);
            Out out = service.handle(read(http, request)).orElse(null);
            if (out != null) {
                write(http, socket, request, out);
            }
        } catch (IOException | HttpException e) {
            // The client went away, or never was one.
        }
    }

    private static In read(DefaultBHttpServerConnection http, ClassicHttpRequest request) throws IOException {
        HttpEntity entity = request.getEntity();
        byte[] body = entity == null ? new byte[0] : readAll(entity);
        boolean whole = entity == null || entity.getContentLength() == body.length;
        List<Field> fields = Arrays.stream(request.getHeaders())
                .map(header -> new Field(header.getName(), header.getValue() == null ? "" : header.getValue()))
                .toList();
        return new In(
                request.getMethod(),
                request.getPath(),
                fields,
                new String(body, StandardCharsets.ISO_8859_1),
                whole,
                () -> isStale(http));
    }

    private static byte[] readAll(HttpEntity entity) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(entity.getContentLength())];
        int length = 0;
        try {
            var content = entity.getContent();
            int read = content.read(bytes, length, bytes.length - length);
            while (read > 0) {
                length += read;
                read = content.read(bytes, length, bytes.length - length);
            }
        } catch (IOException e) {
            // It was cut short; what came is what there is.
        }
        return Arrays.copyOf(bytes, length);
    }

    private static boolean isStale(DefaultBHttpServerConnection http) {
        try {
            return http.isStale();
        } catch (IOException e) {
            return true;
        }
    }

    private static void write(DefaultBHttpServerConnection http, Socket socket, ClassicHttpRequest request, Out out)
            throws IOException, HttpException {
        byte[] body = out.body().getBytes(StandardCharsets.ISO_8859_1);
        BasicClassicHttpResponse response = new BasicClassicHttpResponse(out.status());
        out.fields().forEach(field -> response.addHeader(field.name(), field.value()));
        response.addHeader("Content-Length", body.length);
        response.addHeader("Connection", "close");
        if (!request.getMethod().equals("HEAD")) {
            response.setEntity(new ByteArrayEntity(body, null));
        }
        try {
            http.sendResponseHeader(response);
            if (response.getEntity() != null) {
                http.sendResponseEntity(response);
            }
            http.flush();
        } finally {
            Runnable sent = out.sent();
            if (sent != null) {
                sent.run();
            }
        }
        Runnable lost = out.lost();
        if (lost != null && isReset(socket)) {
            lost.run();
        }
    }

    /** Whether the other side answers the response with a reset rather than an orderly end. */
    private static boolean isReset(Socket socket) throws IOException {
        socket.setSoTimeout(1000);
        try {
            socket.getInputStream().read();
            return false;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
