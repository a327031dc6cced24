package dev.reprise.conformance.client;

import dev.reprise.conformance.Field;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnection;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * Listens like an API on loopback and fails by the scenario that is on. Each connection carries one request. Thread-safe.
 */
final class ClientServer implements AutoCloseable {
    private final ServerSocket listener;
    private final ClientKeyPlace keyPlace;
    private final String success;
    private List<RecordedRequest> requests = new ArrayList<>();
    private ClientScenario scenario = ClientScenario.ANSWERED;

    /** Listens at that port; at any that is free for 0. */
    ClientServer(int port, ClientKeyPlace keyPlace, String success) {
        this.keyPlace = keyPlace;
        this.success = success;
        try {
            listener = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot listen at port " + port + ": " + e.getMessage(), e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** Begins a scenario, and forgets what came before. */
    synchronized void begin(ClientScenario next) {
        scenario = next;
        requests = new ArrayList<>();
    }

    /** What has come since the scenario began, in order. */
    synchronized List<RecordedRequest> requests() {
        return List.copyOf(requests);
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
            if (request.containsHeader("Expect")) {
                http.sendResponseHeader(new BasicClassicHttpResponse(100));
                http.flush();
            }
            http.receiveRequestEntity(request);
            String body = body(request.getEntity());
            reply(http, socket, note(request, body));
        } catch (IOException | HttpException e) {
            // The client went away in the middle of a request, or does not speak HTTP: that is no request.
        }
    }

    private static String body(@Nullable HttpEntity entity) throws IOException {
        return entity == null ? "" : new String(entity.getContent().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** Where a request is written down. */
    private record Place(List<RecordedRequest> run, int index) {
        RecordedRequest request() {
            return run.get(index);
        }
    }

    private synchronized Place note(ClassicHttpRequest request, String body) {
        List<Field> fields = Arrays.stream(request.getHeaders())
                .map(header -> new Field(header.getName(), header.getValue() == null ? "" : header.getValue()))
                .toList();
        String all = request.getPath() + body;
        int operation = all.contains(ClientProgram.FIRST) ? 1 : all.contains(ClientProgram.SECOND) ? 2 : 0;
        long now = System.nanoTime();
        requests.add(new RecordedRequest(
                operation,
                request.getMethod(),
                request.getPath(),
                fields,
                body,
                keyPlace.find(fields, body),
                now,
                now,
                ""));
        return new Place(requests, requests.size() - 1);
    }

    private synchronized Reply next(Place place) {
        int operation = place.request().operation();
        long before = place.run().subList(0, place.index()).stream()
                .filter(request -> request.operation() == operation)
                .count();
        Reply scripted = scenario.reply(operation, (int) before);
        return scripted == null ? success(before > 0) : scripted;
    }

    private Reply.Answer success(boolean replay) {
        Field json = new Field("Content-Type", "application/json");
        return replay
                ? Reply.Answer.of(200, success, json, new Field("Idempotent-Replayed", "true"))
                : Reply.Answer.of(200, success, json);
    }

    private void reply(DefaultBHttpServerConnection http, Socket socket, Place place)
            throws IOException, HttpException {
        Reply reply = next(place);
        try {
            switch (reply) {
                case Reply.Lost lost -> socket.setSoLinger(true, 0);
                case Reply.Answer answer -> send(http, answer, answer.body().length());
                case Reply.Cut cut -> send(http, success(false), success.length() / 2);
            }
        } finally {
            answered(place, reply);
        }
    }

    private synchronized void answered(Place place, Reply reply) {
        place.run().set(place.index(), place.request().answered(System.nanoTime(), reply.words()));
    }

    private static void send(DefaultBHttpServerConnection http, Reply.Answer answer, int bytes)
            throws IOException, HttpException {
        BasicClassicHttpResponse response = new BasicClassicHttpResponse(answer.status());
        answer.fields().apply(Instant.now()).forEach(field -> response.addHeader(field.name(), field.value()));
        response.addHeader("Content-Length", answer.body().length());
        response.addHeader("Connection", "close");
        byte[] body = answer.body().substring(0, bytes).getBytes(StandardCharsets.ISO_8859_1);
        response.setEntity(new InputStreamEntity(
                new ByteArrayInputStream(body), answer.body().length(), null));
        http.sendResponseHeader(response);
        http.sendResponseEntity(response);
        http.flush();
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
