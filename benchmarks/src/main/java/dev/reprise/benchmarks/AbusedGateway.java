package dev.reprise.benchmarks;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
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
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Honest callers of a gateway with a heap of 256 MB, alone and beside abusers, in turns: how long their first executions
 * take. Abusers come all the time and stay: heads and bodies that stop in the middle, and answers that nobody reads.
 *
 * <p>Arguments: rounds (5), seconds per turn (10), honest callers (50), abusers per second (50), more options of Java (none).
 */
final class AbusedGateway {
    private static final int HALF = 400_000;
    private static final int PAUSE_MILLIS = 50;
    private static final List<String> ABUSES = List.of(
            "GET /a HTTP/1.1\r\nHost: x\r\n",
            "POST /a HTTP/1.1\r\nHost: x\r\nIdempotency-Key: KEY\r\nContent-Length: 1000000\r\n\r\n",
            "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n",
            "POST /large HTTP/1.1\r\nHost: x\r\nIdempotency-Key: KEY\r\nContent-Length: 0\r\n\r\n",
            "POST /large HTTP/1.1\r\nHost: x\r\nIdempotency-Key: replayed\r\nContent-Length: 0\r\n\r\n",
            "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");

    private AbusedGateway() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = argument(arguments, 0, 5);
        Duration turn = Duration.ofSeconds(argument(arguments, 1, 10));
        int honest = argument(arguments, 2, 50);
        int abusers = argument(arguments, 3, 50);
        String javaOptions = arguments.length > 4 ? arguments[4] : "";
        Path folder = Files.createTempDirectory("reprise-benchmark");
        Vertx vertx = Vertx.vertx();
        HttpServer service = service(vertx);
        Path settings = Files.writeString(
                folder.resolve("reprise.yaml"), """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                store: %s
                upstream: http://127.0.0.1:%d
                """.formatted(folder.resolve("store"), service.actualPort()));
        try (LaunchedGateway gateway = LaunchedGateway.start(settings, "-Xmx256m " + javaOptions)) {
            int port = gateway.port();
            List<Double> ratios = new ArrayList<>();
            List<Double> alone = new ArrayList<>();
            List<Double> beside = new ArrayList<>();
            for (int round = 0; round <= rounds; round++) {
                double calm = turn(port, honest, 0, turn);
                double abused = turn(port, honest, abusers, turn);
                System.err.printf("round %d: p99 %.1f ms alone, %.1f ms beside abusers%n", round, calm, abused);
                if (round > 0) {
                    alone.add(calm);
                    beside.add(abused);
                    ratios.add(abused / calm);
                }
            }
            System.out.println(Machine.describe());
            System.out.printf(
                    "%d honest callers, p99 of a first execution: %.1f ms alone, %.1f ms beside %d abusers per second, ratio %.2f "
                            + "(medians of %d rounds)%n",
                    honest,
                    Quantiles.median(alone),
                    Quantiles.median(beside),
                    abusers,
                    Quantiles.median(ratios),
                    rounds);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
            Folders.delete(folder);
        }
    }

    private static int argument(String[] arguments, int index, int usual) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : usual;
    }

    private static HttpServer service(Vertx vertx) {
        String large = "x".repeat(1_000_000);
        return vertx.createHttpServer()
                .requestHandler(request -> request.body()
                        .onSuccess(body -> request.response()
                                .setStatusCode(201)
                                .end("/large".equals(request.path()) ? large : "done")))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** The 99th percentile of what honest callers waited, in milliseconds. */
    private static double turn(int port, int honest, int abusers, Duration length) throws Exception {
        Histogram waited = new ConcurrentHistogram(3);
        long end = System.nanoTime() + length.toNanos();
        List<Socket> sockets = new ArrayList<>();
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> callers = new ArrayList<>();
            for (int i = 0; i < honest; i++) {
                callers.add(threads.submit(() -> {
                    while (System.nanoTime() < end) {
                        long start = System.nanoTime();
                        post(client, port);
                        waited.recordValue(System.nanoTime() - start);
                        Thread.sleep(PAUSE_MILLIS);
                    }
                    return null;
                }));
            }
            for (int i = 0; abusers > 0 && System.nanoTime() < end; i++) {
                abuse(port, ABUSES.get(i % ABUSES.size()), sockets, threads);
                Thread.sleep(1_000 / abusers);
            }
            for (Future<?> caller : callers) {
                caller.get();
            }
            for (Socket socket : sockets) {
                socket.close();
            }
        } finally {
            client.shutdownNow();
        }
        return waited.getValueAtPercentile(99) / 1e6;
    }

    private static void post(HttpClient client, int port) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/a"))
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .POST(BodyPublishers.ofString("x".repeat(256)))
                        .build(),
                BodyHandlers.ofString());
        if (response.statusCode() != 201) {
            throw new IllegalStateException("An honest caller got " + response.statusCode() + ": " + response.body());
        }
    }

    private static void abuse(int port, String head, List<Socket> sockets, ExecutorService threads) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(8_192);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        sockets.add(socket);
        String own = head.replace("KEY", UUID.randomUUID().toString());
        threads.execute(() -> {
            try {
                socket.getOutputStream().write(own.getBytes(StandardCharsets.ISO_8859_1));
                if (own.contains("1000000")) {
                    socket.getOutputStream().write(new byte[HALF]);
                }
            } catch (IOException e) {
                // Who is let go is done.
            }
        });
    }
}
