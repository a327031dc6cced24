package dev.reprise.benchmarks;

import dev.reprise.FencingToken;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Scope;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Claim;
import dev.reprise.store.rocksdb.RocksDbStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What callers notice while an operator releases many unknown operations by a filter, in the console of a gateway that serves: the p99 of
 * fresh keys while that goes on, and without it, in turns. 16 connections, one load generator (wrk), which shares the processors with the
 * gateway and the service.
 *
 * <p>Arguments: rounds (5), operations (10000), seconds per turn (5), in which the release should be done. Needs nginx and wrk.
 */
final class BulkRelease {
    private static final int CONNECTIONS = 16;
    private static final int FILLERS = 512;
    private static final RequestFingerprint FINGERPRINT = new RequestFingerprint(1, new byte[32]);

    private final HttpClient client = HttpClient.newHttpClient();
    private final String console;
    private final String cookie;

    private BulkRelease(LaunchedGateway gateway, Path store) throws IOException, InterruptedException {
        console = "http://127.0.0.1:" + gateway.admin() + "/console";
        String secret = Files.readAllLines(store.resolve("admin")).get(1);
        cookie = post("/sign-in", "token=" + secret, "")
                .headers()
                .firstValue("set-cookie")
                .orElseThrow()
                .split(";", 2)[0];
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = Arguments.number(arguments, 0, 5);
        int operations = Arguments.number(arguments, 1, 10_000);
        int seconds = Arguments.number(arguments, 2, 5);
        Path nginx = Processes.installed("nginx", "apt-get install nginx-light");
        Path folder = Files.createTempDirectory("reprise-benchmark");
        int service = Wrk.freePort();
        Nginx upstream = Nginx.start(nginx, Files.createDirectory(folder.resolve("service")), """
                server {
                  listen 127.0.0.1:%d backlog=4096;
                  location / { default_type application/json; return 201 '{"id":"ch_1","status":"succeeded"}'; }
                }
                """.formatted(service));
        try {
            List<Double> ratios = new ArrayList<>();
            System.out.println(Machine.describe());
            System.out.printf("%,d unknown operations, turns of %d s%n%n", operations, seconds);
            System.out.println("| p99 without, ms | p99 meanwhile, ms | ratio | released in, s |");
            System.out.println("|---|---|---|---|");
            for (int round = 0; round < rounds; round++) {
                Path own = Files.createDirectory(folder.resolve("round-" + round));
                ratios.add(round(own, service, operations, seconds));
                Folders.delete(own);
            }
            System.out.printf("%nMedian of the ratios: %.2f%n", Quantiles.median(ratios));
        } finally {
            upstream.stop();
            Folders.delete(folder);
        }
    }

    private static double round(Path folder, int service, int operations, int seconds) throws Exception {
        Path store = folder.resolve("store");
        fill(store, operations);
        Path settings = Files.writeString(folder.resolve("reprise.yaml"), """
                listen: 127.0.0.1:0
                admin: 127.0.0.1:0
                store: %s
                upstream: http://127.0.0.1:%d
                """.formatted(store, service));
        Path script = Wrk.script(folder, "fresh.lua", "string.rep('x', 256)", "prefix .. n");
        try (LaunchedGateway gateway = LaunchedGateway.start(settings, "")) {
            Wrk wrk = new Wrk(CONNECTIONS);
            String url = "http://127.0.0.1:" + gateway.port() + "/v1/charges";
            wrk.run(script, url, seconds);
            double without = wrk.run(script, url, seconds).p99Millis();
            BulkRelease operator = new BulkRelease(gateway, store);
            CompletableFuture<Double> released = CompletableFuture.supplyAsync(() -> operator.release(operations));
            double meanwhile = wrk.run(script, url, seconds).p99Millis();
            System.out.printf(
                    "| %.2f | %.2f | %.2f | %.1f |%n", without, meanwhile, meanwhile / without, released.get());
            return meanwhile / without;
        }
    }

    private static void fill(Path folder, int operations) throws InterruptedException, ExecutionException {
        try (RocksDbStore store = RocksDbStore.in(folder).open()) {
            AtomicInteger next = new AtomicInteger();
            Load.times(FILLERS, operations, () -> {
                int number = next.getAndIncrement();
                IdempotencyKey key = new IdempotencyKey("%08x-lost".formatted(Integer.reverse(number)));
                OperationId id = new OperationId(new Scope("caller-" + number % 1_000, "/v1/charges"), key);
                Owner owner = new Owner("benchmark", number);
                Claim claim = new Claim(id, FINGERPRINT, owner, Duration.ofHours(1), FencingToken.NONE);
                store.park(((Acquired) store.acquire(claim)).lease(), "Connection was closed");
            });
        }
    }

    /** Releases them as an operator does in a browser, and returns in how many seconds that was done. */
    private double release(int operations) {
        try {
            long start = System.nanoTime();
            String form = get("/bulk?what=release&state=unknown");
            post(
                    "/bulk",
                    "csrf=" + found(form, "name=\"csrf\" value=\"([^\"]+)\"") + "&what=release&filter=state%3Dunknown"
                            + "&do=yes&reason=benchmark",
                    cookie);
            String job;
            do {
                Thread.sleep(100);
                job = get("/job");
            } while (job.contains("goes on"));
            double seconds = (System.nanoTime() - start) / 1e9;
            if (!job.contains(String.format(Locale.ROOT, "%,d", operations))) {
                throw new IllegalStateException("They were not released:\n" + job);
            }
            return seconds;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(console + path)).header("Cookie", cookie))
                .body();
    }

    private HttpResponse<String> post(String path, String form, String shown) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(console + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Sec-Fetch-Site", "same-origin")
                .header("Cookie", shown)
                .POST(BodyPublishers.ofString(form)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response =
                client.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
        if (response.statusCode() >= 400) {
            throw new IllegalStateException(response.statusCode() + ": " + response.body());
        }
        return response;
    }

    private static String found(String page, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(page);
        if (!matcher.find()) {
            throw new IllegalStateException("The console shows something else:\n" + page);
        }
        return matcher.group(1);
    }
}
