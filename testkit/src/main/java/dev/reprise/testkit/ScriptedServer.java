package dev.reprise.testkit;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small HTTP/1.1 server on loopback that honours idempotency keys and fails by script: each request takes the next
 * step; after the last step, requests are executed. It remembers every request and counts the effects. Thread-safe.
 */
public final class ScriptedServer implements AutoCloseable {
    private final ServerSocket server;
    private final Queue<Step> script = new ConcurrentLinkedQueue<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Map<String, String> recorded = new ConcurrentHashMap<>();
    private final AtomicInteger effects = new AtomicInteger();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger abandoned = new AtomicInteger();

    /** What happens to one request. */
    public sealed interface Step {
        /** Executes it, or replays what was recorded under its key. */
        record Execute() implements Step {}

        /** Answers without executing it; the fields are names and values in turn. */
        record Answer(int status, String body, List<String> fields) implements Step {
            /** An answer with these fields. */
            public Answer(int status, String body, String... fields) {
                this(status, body, List.of(fields));
            }
        }

        /** Resets the connection, before the request is executed or after. */
        record Reset(boolean executed) implements Step {}

        /** Executes it, sends half of the answer's body, and resets the connection. */
        record HalfAnswer() implements Step {}

        /** Sends this answer without executing it, and resets the connection in the middle of its body. */
        record Cut(Answer answer) implements Step {}

        /** Executes it, sends the head of the answer if so asked, and then nothing until the client leaves. */
        record Stall(boolean head) implements Step {}

        /** Neither executes nor answers it, and waits until the client leaves. */
        record Silence() implements Step {}

        /** Plays another step when that is known. */
        record Later(CompletableFuture<Step> then) implements Step {}
    }

    /**
     * A request as it came.
     *
     * @param target path and query
     * @param fields by name in lower case; of several, the last
     */
    public record Received(String method, String target, Map<String, String> fields, String body) {
        /** The value of a field, by its name in lower case. */
        public Optional<String> field(String name) {
            return Optional.ofNullable(fields.get(name));
        }
    }

    /** Starts a server on a free port. */
    public ScriptedServer(Step... steps) {
        this(0, steps);
    }

    /** Starts a server on a port of its own choice. */
    public ScriptedServer(int port, Step... steps) {
        script.addAll(Arrays.asList(steps));
        try {
            server = new ServerSocket(port, 1024, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("scripted-server").start(this::accept);
    }

    /** The port it listens at. */
    public int port() {
        return server.getLocalPort();
    }

    /** Where a request goes. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /** Adds a step to the script. */
    public void next(Step step) {
        script.add(step);
    }

    /** What reached it, in order. */
    public List<Received> received() {
        return List.copyOf(received);
    }

    /** How many requests were executed. */
    public int effects() {
        return effects.get();
    }

    /** How many clients gave up waiting for an answer. */
    public int abandoned() {
        return abandoned.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            Optional<Received> request = read(in);
            while (request.isPresent()) {
                received.add(request.get());
                Step step = script.poll();
                if (!play(step == null ? new Step.Execute() : step, request.get(), connection)) {
                    return;
                }
                request = read(in);
            }
        } catch (IOException | ExecutionException e) {
            // The client left, or the test is over.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }

    /** Plays one step; false if it ends the connection. */
    private boolean play(Step step, Received request, Socket connection)
            throws IOException, InterruptedException, ExecutionException {
        switch (step) {
            case Step.Execute execute -> write(connection, execute(request));
            case Step.Answer answer -> write(connection, response(answer.status(), answer.body(), answer.fields()));
            case Step.Reset reset -> {
                if (reset.executed()) {
                    execute(request);
                }
                // Lingering for no time makes closing a reset.
                connection.setSoLinger(true, 0);
                return false;
            }
            case Step.HalfAnswer half -> {
                cut(execute(request), connection);
                return false;
            }
            case Step.Cut(Step.Answer answer) -> {
                cut(response(answer.status(), answer.body(), answer.fields()), connection);
                return false;
            }
            case Step.Stall stall -> {
                String whole = execute(request);
                if (stall.head()) {
                    write(connection, whole.substring(0, whole.indexOf("\r\n\r\n") + 4));
                }
                awaitLeaving(connection);
                return false;
            }
            case Step.Silence silence -> {
                awaitLeaving(connection);
                return false;
            }
            case Step.Later later -> {
                return play(later.then().get(), request, connection);
            }
        }
        return true;
    }

    private static void cut(String whole, Socket connection) throws IOException {
        write(connection, whole.substring(0, whole.length() - 6));
        connection.shutdownOutput();
    }

    private void awaitLeaving(Socket connection) throws IOException {
        try {
            connection.getInputStream().transferTo(OutputStream.nullOutputStream());
        } finally {
            if (!server.isClosed()) {
                abandoned.incrementAndGet();
            }
        }
    }

    private String execute(Received request) {
        Optional<String> key = request.field("idempotency-key").or(() -> request.field("repeatability-request-id"));
        if (key.isEmpty()) {
            return created("");
        }
        boolean[] fresh = new boolean[1];
        String answer = recorded.computeIfAbsent(key.get(), name -> {
            fresh[0] = true;
            return created("");
        });
        return fresh[0] ? answer : answer.replaceFirst("\r\n", "\r\nIdempotent-Replayed: true\r\n");
    }

    private String created(String more) {
        return response(201, "effect " + effects.incrementAndGet() + more, List.of());
    }

    private static String response(int status, String body, List<String> fields) {
        StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " Scripted\r\n");
        for (int i = 0; i < fields.size(); i += 2) {
            text.append(fields.get(i)).append(": ").append(fields.get(i + 1)).append("\r\n");
        }
        return text.append("Content-Length: ")
                .append(body.length())
                .append("\r\n\r\n")
                .append(body)
                .toString();
    }

    private static void write(Socket connection, String text) throws IOException {
        connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        connection.getOutputStream().flush();
    }

    private static Optional<Received> read(InputStream in) throws IOException {
        in.mark(1);
        if (in.read() < 0) {
            return Optional.empty();
        }
        in.reset();
        String[] start = line(in).split(" ", 3);
        Map<String, String> fields = new ConcurrentHashMap<>();
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
            int colon = field.indexOf(':');
            fields.put(
                    field.substring(0, colon).toLowerCase(Locale.ROOT),
                    field.substring(colon + 1).strip());
        }
        return Optional.of(new Received(start[0], start[1], Map.copyOf(fields), body(in, fields)));
    }

    private static String body(InputStream in, Map<String, String> fields) throws IOException {
        StringBuilder body = new StringBuilder();
        if ("chunked".equals(fields.get("transfer-encoding"))) {
            for (int size = chunk(in); size > 0; size = chunk(in)) {
                body.append(text(in, size));
                line(in);
            }
            line(in);
        } else {
            int length = Integer.parseInt(fields.getOrDefault("content-length", "0"));
            body.append(text(in, length));
        }
        return body.toString();
    }

    /** What is cut short is no request (S20). */
    private static String text(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("The request ends in its body");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static int chunk(InputStream in) throws IOException {
        return Integer.parseInt(line(in), 16);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("The request ends in its head");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
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
