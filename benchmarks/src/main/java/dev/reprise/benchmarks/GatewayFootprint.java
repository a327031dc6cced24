package dev.reprise.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a gateway takes before it works, and beside it: the time from {@code ./reprise gateway} to the first answer, that of other
 * commands, and resident memory, idle and after many requests. With and without what Java 25 keeps for faster starts, in turns. The
 * starts have the sample API in the process, the requests go to an nginx behind the gateway.
 *
 * <p>Arguments: rounds (7), requests with fresh keys (1,000,000; 0 for none). The requests need wrk and nginx.
 */
final class GatewayFootprint {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CONNECTIONS = 64;
    private static final int SECONDS_AT_ONCE = 10;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path folder;

    private GatewayFootprint(Path folder) {
        this.folder = folder;
    }

    /** What a start of a gateway measured. */
    private record Start(double millis, double cpuMillis, double idleMegabytes) {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Arguments.number(arguments, 0, 7);
        int requests = Arguments.number(arguments, 1, 1_000_000);
        Path folder = Files.createTempDirectory("reprise-benchmark");
        try {
            // Builds, and has the cache made.
            Processes.run("./reprise", "selftest");
            GatewayFootprint footprint = new GatewayFootprint(folder);
            System.out.println(Machine.describe());
            footprint.measureStarts(rounds);
            if (requests > 0) {
                footprint.measureMemory(requests);
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private void measureStarts(int rounds) throws Exception {
        List<Start> with = new ArrayList<>();
        List<Start> without = new ArrayList<>();
        List<Double> version = new ArrayList<>();
        List<Double> list = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            System.err.printf("round %d of %d%n", round, rounds);
            try (Running gateway = start("on")) {
                with.add(gateway.start());
                list.add(millis(
                        "./reprise",
                        "operations",
                        "list",
                        "--store",
                        gateway.records().toString()));
            }
            try (Running gateway = start("off")) {
                without.add(gateway.start());
            }
            version.add(millis("./reprise", "--version"));
        }
        System.out.printf("%d rounds in turns, medians%n%n", rounds);
        System.out.println("| | first answer, ms | CPU until then, ms | idle, MB resident |");
        System.out.println("|---|---|---|---|");
        print("./reprise gateway", with);
        print("the same, REPRISE_AOT=off", without);
        System.out.printf(
                "%n`--version` takes %.0f ms, `operations list` %.0f ms%n",
                Quantiles.median(version), Quantiles.median(list));
    }

    private static void print(String name, List<Start> starts) {
        System.out.printf(
                "| %s | %.0f | %.0f | %.0f |%n",
                name,
                Quantiles.median(starts.stream().map(Start::millis).toList()),
                Quantiles.median(starts.stream().map(Start::cpuMillis).toList()),
                Quantiles.median(starts.stream().map(Start::idleMegabytes).toList()));
    }

    /** A gateway that has answered. */
    private record Running(Process process, int port, Path records, Start start) implements AutoCloseable {
        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }

    private Running start(String cache, String... more) throws Exception {
        int port = Wrk.freePort();
        Path records = Files.createTempDirectory(folder, "records");
        List<String> command = new ArrayList<>(List.of(
                "./reprise",
                "gateway",
                "--listen",
                "127.0.0.1:" + port,
                "--admin",
                "127.0.0.1:0",
                "--store",
                records.toString()));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("gateway.log").toFile());
        builder.environment().putAll(Map.of("REPRISE_AOT", cache));
        long begun = System.nanoTime();
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        awaitAnswer(port, begun);
        double millis = (System.nanoTime() - begun) / 1e6;
        double cpuMillis = Processes.cpuMicros(process.pid()) / 1000.0;
        // Idle is what is left when nothing has happened for a while.
        Thread.sleep(5_000);
        return new Running(
                process, port, records, new Start(millis, cpuMillis, Processes.residentMegabytes(process.pid())));
    }

    private void awaitAnswer(int port, long begun) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/charges"))
                .header("Idempotency-Key", "first")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("amount=1000&currency=eur"))
                .build();
        while (System.nanoTime() - begun < PATIENCE.toNanos()) {
            try {
                if (client.send(request, BodyHandlers.discarding()).statusCode() / 100 == 2) {
                    return;
                }
            } catch (IOException e) {
                // Nobody listens yet.
            }
            Thread.sleep(5);
        }
        throw new IllegalStateException("The gateway did not answer");
    }

    /** Runs a command to its end. */
    private static double millis(String... command) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Processes.run(command);
        return (System.nanoTime() - begun) / 1e6;
    }

    private void measureMemory(int requests) throws Exception {
        Wrk wrk = new Wrk(CONNECTIONS);
        Path script = Wrk.script(folder, "fresh.lua", "'{\"amount\":1000}'", "prefix .. n");
        int service = Wrk.freePort();
        Nginx upstream = Nginx.start(
                Processes.installed("nginx", "apt-get install nginx-light"),
                Files.createDirectory(folder.resolve("service")),
                """
                server {
                  listen 127.0.0.1:%d backlog=4096;
                  location / { default_type application/json; return 201 '{"id":"ch_1","status":"succeeded"}'; }
                }
                """.formatted(service));
        try (Running gateway = start("on", "--upstream", "http://127.0.0.1:" + service)) {
            double sent = 0;
            double largest = 0;
            while (sent < requests) {
                sent += wrk.run(script, "http://127.0.0.1:" + gateway.port() + "/payment/alice", SECONDS_AT_ONCE)
                        .requests();
                largest = Math.max(
                        largest, Processes.residentMegabytes(gateway.process().pid()));
                System.err.printf("%,.0f of %,d requests, %.0f MB%n", sent, requests, largest);
            }
            System.out.printf(
                    "%n%.0f MB resident idle, %.0f after %,.0f requests with fresh keys by %d connections; the most was %.0f%n",
                    gateway.start().idleMegabytes(),
                    Processes.residentMegabytes(gateway.process().pid()),
                    sent,
                    CONNECTIONS,
                    Processes.mostResidentMegabytes(gateway.process().pid()));
        } finally {
            upstream.stop();
        }
    }
}
