package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.gateway.command.RepriseCommand;
import dev.reprise.testkit.ChildProcess;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A gateway with a small heap, and callers who make it hold far more than that: they are refused or let go, and others
 * are served all the while.
 */
class MemoryTest {
    private static final boolean FULL = "full".equals(System.getProperty("reprise.proof"));
    private static final int MANY = FULL ? 3_000 : 600;
    private static final int KERNEL_BUFFER = 8_192;
    private static final int LARGE = 540_000;
    /** What Netty keeps ready for reuse. */
    private static final long ARENAS = 32L << 20;
    /** Connections to the service and threads that are kept for a while. */
    private static final int FEW = 40;

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final byte[] BODY = new byte[LARGE];

    @TempDir
    private Path folder;

    /** The kernel's buffers are not what is to be filled. */
    private final TestService service = new TestService(
            new HttpServerOptions().setSendBufferSize(KERNEL_BUFFER).setReceiveBufferSize(KERNEL_BUFFER));

    private final List<AutoCloseable> connections = new ArrayList<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** What callers do to fill the memory. */
    enum Abuse {
        /** Send whole bodies to a service that takes its time. */
        CONCURRENT_BODIES {
            @Override
            void begin(MemoryTest test, int port) throws Exception {
                test.sockets(
                        port,
                        "POST /slow HTTP/1.1\nHost: x\nIdempotency-Key: K\nContent-Length: " + LARGE + "\n\n",
                        LARGE);
            }
        },
        /** Send half of a body, with its length said before, and then nothing. */
        HALF_SENT_BODIES {
            @Override
            void begin(MemoryTest test, int port) throws Exception {
                test.sockets(port, "POST /a HTTP/1.1\nHost: x\nIdempotency-Key: K\nContent-Length: 1000000\n\n", LARGE);
            }
        },
        /** The same in chunks. */
        HALF_SENT_CHUNKS {
            @Override
            void begin(MemoryTest test, int port) throws Exception {
                test.sockets(
                        port,
                        "POST /a HTTP/1.1\nHost: x\nIdempotency-Key: K\nTransfer-Encoding: chunked\n\nf0000\n",
                        LARGE);
            }
        },
        /** Ask for a recorded answer on every stream there is, and take nothing of it. */
        REPLAYS_WITH_A_WINDOW_OF_0 {
            @Override
            void begin(MemoryTest test, int port) throws Exception {
                test.post(port, "/large", "replayed");
                for (int i = 0; i < MANY / 10; i++) {
                    RawHttp2 connection = new RawHttp2(port, 0);
                    test.connections.add(connection);
                    for (int stream = 0; stream < 100; stream++) {
                        connection.request(
                                "POST", "/large", Map.of("idempotency-key", "replayed", "content-length", "0"), true);
                    }
                }
            }
        },
        /** Have an answer recorded each, and do not read it. */
        UNREAD_ANSWERS {
            @Override
            void begin(MemoryTest test, int port) throws Exception {
                test.sockets(port, "POST /large HTTP/1.1\nHost: x\nIdempotency-Key: K\nContent-Length: 0\n\n", 0);
            }
        },
        /** Ask for the same recorded answer, and do not read it. */
        UNREAD_REPLAYS {
            @Override
            void begin(MemoryTest test, int port) throws Exception {
                test.post(port, "/large", "replayed");
                test.sockets(
                        port, "POST /large HTTP/1.1\nHost: x\nIdempotency-Key: replayed\nContent-Length: 0\n\n", 0);
            }
        },
        /** Upload what the service does not read. */
        UPLOADS {
            @Override
            void begin(MemoryTest test, int port) throws Exception {
                test.sockets(port, "PUT /stuck HTTP/1.1\nHost: x\nContent-Length: 100000000\n\n", 4 * LARGE);
            }
        },
        /** Download without reading. */
        DOWNLOADS {
            @Override
            void begin(MemoryTest test, int port) throws Exception {
                // The kernel takes some megabytes of each before anything has to be held.
                test.sockets(port, "GET /endless HTTP/1.1\nHost: x\n\n", 0, MANY / 6);
            }
        };

        abstract void begin(MemoryTest test, int port) throws Exception;
    }

    private void stopAbuse() throws Exception {
        synchronized (connections) {
            for (AutoCloseable connection : connections) {
                connection.close();
            }
            connections.clear();
        }
    }

    @AfterEach
    void stop() throws Exception {
        stopAbuse();
        client.shutdownNow();
        service.close();
    }

    @ParameterizedTest
    @EnumSource
    void that_is_filled_by_some_callers_is_there_for_others(Abuse abuse) throws Exception {
        service.behaveAtOnce(this::serve);
        try (ChildProcess gateway = start()) {
            int port = port(gateway, "serves");
            honest(port, gateway);
            Held before = held(gateway);
            AtomicBoolean abused = new AtomicBoolean();
            Thread abuser = Thread.ofVirtual().start(() -> {
                try {
                    abuse.begin(this, port);
                } catch (Exception e) {
                    // Who is refused is done.
                }
                abused.set(true);
            });
            int during = 0;
            while (!abused.get() || during < 200) {
                during++;
                int status = honest(port, gateway);
                assertThat(status)
                        .as("honest request %d; the gateway printed %s", during, gateway.output())
                        .isEqualTo(201);
            }
            abuser.join();
            assertThat(gateway.isAlive()).isTrue();
            assertThat(gateway.output()).noneMatch(line -> line.contains("OutOfMemory"));
            Held worst = held(gateway);
            assertThat(worst.bytes()).isLessThanOrEqualTo(worst.limit());
            stopAbuse();
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(held(gateway)).satisfies(after -> {
                        assertThat(after.bytes()).isZero();
                        assertThat(after.connections()).isLessThanOrEqualTo(before.connections() + 1);
                        assertThat(after.direct()).isLessThan(before.direct() + ARENAS);
                        assertThat(after.descriptors()).isLessThan(before.descriptors() + FEW);
                        assertThat(after.threads()).isLessThan(before.threads() + FEW);
                    }));
            System.out.printf("%s: %d honest requests; held %s%n", abuse, during, worst);
        }
    }

    /** What a gateway holds. */
    private record Held(long bytes, long limit, long connections, long direct, long descriptors, long threads) {}

    private Held held(ChildProcess gateway) throws Exception {
        Map<String, Double> metrics = client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(gateway, "operator") + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("reprise_") && !line.contains("{"))
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(parts -> parts[0], parts -> Double.valueOf(parts[1])));
        return new Held(
                number(metrics, "reprise_memory_held"),
                number(metrics, "reprise_memory_limit"),
                number(metrics, "reprise_connections"),
                number(metrics, "reprise_memory_direct"),
                entries("/proc/" + gateway.pid() + "/fd"),
                entries("/proc/" + gateway.pid() + "/task"));
    }

    private static long number(Map<String, Double> metrics, String name) {
        return Objects.requireNonNull(metrics.get(name), name).longValue();
    }

    private static long entries(String folder) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of(folder))) {
            return entries.count();
        }
    }

    private int honest(int port, ChildProcess gateway) throws Exception {
        try {
            return post(port, "/a", UUID.randomUUID().toString()).statusCode();
        } catch (IOException e) {
            throw new AssertionError("alive: " + gateway.isAlive() + ", printed: " + gateway.output(), e);
        }
    }

    private void serve(HttpServerRequest request) {
        switch (String.valueOf(request.path())) {
            case "/slow" -> request.body().onSuccess(body -> delay(3_000, () -> answer(request, "done")));
            case "/large" -> request.body().onSuccess(body -> answer(request, "x".repeat(1_000_000)));
            case "/stuck" -> request.pause();
            case "/endless" -> {
                request.response().setChunked(true);
                pour(request);
            }
            default -> request.body().onSuccess(body -> answer(request, "done"));
        }
    }

    private static void answer(HttpServerRequest request, String body) {
        request.response().setStatusCode(201).end(body);
    }

    private static void delay(long millis, Runnable then) {
        Vertx.currentContext().owner().setTimer(millis, x -> then.run());
    }

    private static void pour(HttpServerRequest request) {
        while (!request.response().writeQueueFull()) {
            request.response().write("x".repeat(8_192));
        }
        request.response().drainHandler(x -> pour(request));
    }

    private void sockets(int port, String head, int body) throws IOException {
        sockets(port, head, body, MANY);
    }

    private void sockets(int port, String head, int body, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(KERNEL_BUFFER);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            synchronized (connections) {
                connections.add(socket);
            }
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

    private HttpResponse<String> post(int port, String path, String key) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Idempotency-Key", key)
                        .timeout(Duration.ofSeconds(30))
                        .POST(BodyPublishers.ofString(key))
                        .build(),
                BodyHandlers.ofString());
    }

    private ChildProcess start() throws IOException {
        return ChildProcess.java(
                RepriseCommand.class,
                List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"),
                List.of(
                        "gateway",
                        "--upstream",
                        "http://127.0.0.1:" + service.port(),
                        "--listen",
                        "127.0.0.1:0",
                        "--admin",
                        "127.0.0.1:0",
                        "--store",
                        folder.resolve("store").toString()));
    }

    private static int port(ChildProcess gateway, String word) {
        String line = gateway.awaitLine(printed -> printed.startsWith("  " + word + " "), Duration.ofSeconds(60));
        String after = line.substring(line.lastIndexOf(":") + 1);
        if (word.equals("operator")) {
            after = line.replaceAll(".*http://127.0.0.1:(\\d+)/health.*", "$1");
        }
        return Integer.parseInt(after);
    }
}
