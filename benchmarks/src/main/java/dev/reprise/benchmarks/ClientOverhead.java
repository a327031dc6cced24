package dev.reprise.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.reprise.client.RetryingHttpClient;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A call that needs no retry, through the retrying client and through the plain one below it, in turns, one after the other
 * on one thread, against a server in a process of its own: latency, and CPU time of this process per call. Before that, what
 * the retrying client costs over one that answers without a network.
 *
 * <p>Arguments: rounds (30), calls in each (2000).
 */
final class ClientOverhead {
    private static final OperatingSystemMXBean CPU =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static final int OWN_CALLS = 20_000;

    private ClientOverhead() {}

    private record Turn(double latencyMicros, double cpuMicros) {}

    /** What one client measured, in the order of the rounds. */
    private record Side(String name, HttpClient client, List<Turn> turns) {
        private Side(String name, HttpClient client) {
            this(name, client, new ArrayList<>());
        }
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1 && arguments[0].equals("server")) {
            serve();
            return;
        }
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 30;
        int calls = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2000;
        own(rounds);
        Path output = Files.createTempFile("reprise-benchmark", ".log");
        Process server = Processes.java(output, ClientOverhead.class, "server");
        try (HttpClient plain =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            URI uri = URI.create("http://127.0.0.1:" + port(output) + "/v1/charges");
            // A timeout of its own, which the retrying client sets as well; and without one, as most calls are made.
            HttpRequest.Builder request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("x".repeat(256)));
            measure("without a timeout", rounds, calls, plain, request.build());
            measure(
                    "with a timeout",
                    rounds,
                    calls,
                    plain,
                    request.timeout(Duration.ofSeconds(20)).build());
        } finally {
            server.destroy();
            Files.delete(output);
        }
    }

    /** What the retrying client itself costs, above a client without a network. */
    private static void own(int rounds) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1/v1/charges"))
                .POST(BodyPublishers.ofString("x".repeat(256)))
                .timeout(Duration.ofSeconds(20))
                .build();
        HttpClient answering = new AnsweringClient();
        HttpClient retrying = RetryingHttpClient.of(answering);
        List<Double> more = new ArrayList<>();
        for (int i = 0; i < 2 * rounds; i++) {
            double below = ownMicros(answering, request);
            double above = ownMicros(retrying, request);
            if (i >= rounds) {
                more.add(above - below);
            }
        }
        System.out.println(Machine.describe());
        System.out.printf(
                "The retrying client itself, over one without a network, %d rounds of %,d calls: %.2f µs of CPU per call%n%n",
                rounds, OWN_CALLS, Quantiles.median(more));
    }

    private static double ownMicros(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int i = 0; i < OWN_CALLS; i++) {
            client.send(request, BodyHandlers.ofString());
        }
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1e3 / OWN_CALLS;
    }

    private static void measure(String name, int rounds, int calls, HttpClient plain, HttpRequest request)
            throws IOException, InterruptedException {
        List<Side> sides = List.of(new Side("plain", plain), new Side("retrying", RetryingHttpClient.of(plain)));
        for (Side side : sides) {
            for (int i = 0; i < 5; i++) {
                turn(side, calls, request);
            }
        }
        for (int round = 0; round < rounds; round++) {
            // Each goes first in turn.
            for (Side side : round % 2 == 0 ? sides : sides.reversed()) {
                side.turns().add(turn(side, calls, request));
            }
        }
        print(name, rounds, calls, sides.get(0).turns(), sides.get(1).turns());
    }

    private static Turn turn(Side side, int calls, HttpRequest request) throws IOException, InterruptedException {
        long[] nanos = new long[calls];
        long cpu = CPU.getProcessCpuTime();
        for (int i = 0; i < calls; i++) {
            long start = System.nanoTime();
            side.client().send(request, BodyHandlers.ofString());
            nanos[i] = System.nanoTime() - start;
        }
        cpu = CPU.getProcessCpuTime() - cpu;
        Arrays.sort(nanos);
        return new Turn(nanos[calls / 2] / 1e3, cpu / 1e3 / calls);
    }

    private static void print(String name, int rounds, int calls, List<Turn> plain, List<Turn> retrying) {
        List<Double> ratios = new ArrayList<>();
        List<Double> more = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            ratios.add(retrying.get(i).latencyMicros() / plain.get(i).latencyMicros());
            more.add(retrying.get(i).cpuMicros() - plain.get(i).cpuMicros());
        }
        System.out.println(Machine.describe());
        System.out.printf("POST of 256 bytes %s, %d rounds of %,d calls in turns, medians%n%n", name, rounds, calls);
        System.out.println("| | latency p50, µs | CPU, µs per call |");
        System.out.println("|---|---|---|");
        System.out.printf("| plain HttpClient | %.1f | %.1f |%n", latency(plain), cpu(plain));
        System.out.printf("| RetryingHttpClient | %.1f | %.1f |%n", latency(retrying), cpu(retrying));
        System.out.printf("| by round | ratio %.3f | %+.1f |%n%n", Quantiles.median(ratios), Quantiles.median(more));
    }

    private static double latency(List<Turn> turns) {
        return Quantiles.median(turns.stream().map(Turn::latencyMicros).toList());
    }

    private static double cpu(List<Turn> turns) {
        return Quantiles.median(turns.stream().map(Turn::cpuMicros).toList());
    }

    private static void serve() {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        int port = vertx.createHttpServer()
                .requestHandler(request ->
                        request.response().setStatusCode(201).end("{\"id\":\"ch_1\",\"status\":\"succeeded\"}"))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
        System.out.println("port " + port);
    }

    private static int port(Path output) throws IOException, InterruptedException {
        for (int i = 0; i < 600; i++) {
            String text = Files.readString(output);
            if (text.startsWith("port ") && text.endsWith("\n")) {
                return Integer.parseInt(text.substring("port ".length()).strip());
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("The server did not start:\n" + Files.readString(output));
    }
}
