package dev.reprise.benchmarks;

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
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A call that needs no retry, through the retrying client and through the plain one below it, against a server in a process
 * of its own. Which of them makes the next call is drawn anew each time, so that whatever else the machine does meets both; a
 * third side, the plain client once more, shows how far the figures can be trusted. Before that, what the retrying client
 * costs over one that answers without a network.
 *
 * <p>Arguments: calls of each side (20,000).
 */
final class ClientOverhead {
    private static final Pattern PORT = Pattern.compile("^port (\\d+)\n", Pattern.MULTILINE);
    private static final int OWN_ROUNDS = 30;
    private static final int OWN_CALLS = 20_000;
    private static final int WARM_UP = 10_000;

    private ClientOverhead() {}

    /** A client, and what each of its calls took. */
    private static final class Side {
        private final String name;
        private final HttpClient client;
        private final long[] nanos;

        private Side(String name, HttpClient client, int calls) {
            this.name = name;
            this.client = client;
            this.nanos = new long[calls];
        }

        private void call(int number, HttpRequest request) throws IOException, InterruptedException {
            long start = System.nanoTime();
            client.send(request, BodyHandlers.ofString());
            if (number >= 0) {
                nanos[number] = System.nanoTime() - start;
            }
        }

        private double micros(double quantile) {
            return nanos[(int) (quantile * nanos.length)] / 1e3;
        }
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1 && arguments[0].equals("server")) {
            serve();
            return;
        }
        int calls = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
        System.out.println(Machine.describe());
        own();
        Path output = Files.createTempFile("reprise-benchmark", ".log");
        Process server = Processes.java(output, ClientOverhead.class, "server");
        try (HttpClient plain =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            URI uri = URI.create("http://127.0.0.1:" + port(output) + "/v1/charges");
            // Without a timeout, as most calls are made; and with one of its own, which the retrying client sets as
            // well.
            HttpRequest.Builder request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("x".repeat(256)));
            measure("without a timeout", calls, plain, request.build());
            measure(
                    "with a timeout",
                    calls,
                    plain,
                    request.timeout(Duration.ofSeconds(20)).build());
        } finally {
            server.destroy();
            Files.delete(output);
        }
    }

    /** What the retrying client itself costs, above a client without a network. */
    private static void own() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1/v1/charges"))
                .POST(BodyPublishers.ofString("x".repeat(256)))
                .timeout(Duration.ofSeconds(20))
                .build();
        HttpClient answering = new AnsweringClient();
        HttpClient retrying = RetryingHttpClient.of(answering);
        List<Double> more = new ArrayList<>();
        for (int i = 0; i < 2 * OWN_ROUNDS; i++) {
            double below = ownMicros(answering, request);
            double above = ownMicros(retrying, request);
            if (i >= OWN_ROUNDS) {
                more.add(above - below);
            }
        }
        System.out.printf(
                "The retrying client itself, over one without a network, %d rounds of %,d calls: %.2f µs of CPU per call%n%n",
                OWN_ROUNDS, OWN_CALLS, Quantiles.median(more));
    }

    private static double ownMicros(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int i = 0; i < OWN_CALLS; i++) {
            client.send(request, BodyHandlers.ofString());
        }
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / 1e3 / OWN_CALLS;
    }

    private static void measure(String name, int calls, HttpClient plain, HttpRequest request)
            throws IOException, InterruptedException {
        Side base = new Side("plain HttpClient", plain, calls);
        List<Side> sides = List.of(
                base,
                new Side("the same once more", plain, calls),
                new Side("RetryingHttpClient", RetryingHttpClient.of(plain), calls));
        List<Side> order = new ArrayList<>(sides);
        Random random = new Random(1);
        for (int number = -WARM_UP; number < calls; number++) {
            Collections.shuffle(order, random);
            for (Side side : order) {
                side.call(number, request);
            }
        }
        System.out.printf("POST of 256 bytes %s, %,d calls of each in random order%n%n", name, calls);
        System.out.println("| | p50, µs | p25 | p50 | p75 |");
        System.out.println("|---|---|---|---|---|");
        sides.forEach(side -> Arrays.sort(side.nanos));
        for (Side side : sides) {
            System.out.printf(
                    "| %s | %.1f | %.3f | %.3f | %.3f |%n",
                    side.name,
                    side.micros(0.5),
                    ratio(side, base, 0.25),
                    ratio(side, base, 0.5),
                    ratio(side, base, 0.75));
        }
        System.out.println();
    }

    private static double ratio(Side side, Side base, double quantile) {
        return side.micros(quantile) / base.micros(quantile);
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
            // Others on the class path may print a line of theirs before.
            Matcher port = PORT.matcher(text);
            if (port.find()) {
                return Integer.parseInt(port.group(1));
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("The server did not start:\n" + Files.readString(output));
    }
}
