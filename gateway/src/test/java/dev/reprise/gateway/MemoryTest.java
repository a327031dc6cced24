package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.client.Retries;
import dev.reprise.client.RetryBudget;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryReport;
import dev.reprise.client.RetryingHttpClient;
import dev.reprise.gateway.command.RepriseCommand;
import dev.reprise.store.jdbc.SqlDialect;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.FullProof;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A gateway with a small heap, and callers who make it hold far more than that: they are refused or let go, and fifty others
 * are served all the while. In the end all that was taken is given back.
 */
@ExtendWith(SharedServers.class)
class MemoryTest {

    private static final int HONEST = 50;
    private static final int ANSWERS_OF_EACH = 10;
    /** What one exchange may be given although there is no room: a piece that is on its way already. */
    private static final long PIECE = 16L << 10;
    /** What Netty keeps ready for reuse, of some eighty megabytes that were in use. */
    private static final long ARENAS = 48L << 20;
    /** What the heap keeps: records, for which an eighth of it is, and what they take beside their bodies. */
    private static final long CACHE = 64L << 20;
    /** Connections to the service and threads that are kept for a while. */
    private static final int FEW = 40;
    /** Who has left is noticed when something is read or written, or by the time that connections may be idle. */
    private static final Duration LIMIT = Duration.ofSeconds(150);

    @TempDir
    private Path folder;

    /** The kernel's buffers are not what is to be filled. */
    private final TestService service = new TestService(new HttpServerOptions()
            .setSendBufferSize(Abusers.KERNEL_BUFFER)
            .setReceiveBufferSize(Abusers.KERNEL_BUFFER));

    private final LongAdder refusals = new LongAdder();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Abusers abusers = new Abusers(client);
    /** Honest callers ask again when the answer says, and not before. */
    private final RetryingHttpClient honest = RetryingHttpClient.of(
            client,
            Retries.builder()
                    .policy(RetryPolicy.considerate().withMaxAttempts(30).withBudget(RetryBudget.unlimited()))
                    .build());

    @AfterEach
    void stop() throws Exception {
        abusers.leave();
        threads.shutdownNow();
        client.shutdownNow();
        service.close();
    }

    /** Those that once ended a gateway within seconds; all of them, also on a database, in the full proof. */
    private static Stream<Arguments> abuses() {
        Stream<Abuse> some = FullProof.WANTED
                ? Stream.of(Abuse.values())
                : Stream.of(Abuse.CONCURRENT_BODIES, Abuse.HALF_SENT_BODIES, Abuse.UNREAD_REPLAYS);
        // Rows that are read together are in memory together, and drivers keep copies of them.
        Stream<Arguments> onDatabases =
                FullProof.WANTED ? Stream.of(Arguments.of(Abuse.REPLAYS_OF_MANY, true)) : Stream.of();
        return Stream.concat(some.map(abuse -> Arguments.of(abuse, false)), onDatabases);
    }

    @ParameterizedTest
    @MethodSource("abuses")
    void that_is_filled_by_some_callers_is_there_for_others(Abuse abuse, boolean onDatabase, PostgresServer server)
            throws Exception {
        if (!onDatabase) {
            isThereForOthers(abuse, "store: " + folder.resolve("store"));
            return;
        }
        String database = server.newDatabase();
        server.execute(database, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
        isThereForOthers(abuse, "database: {url: '" + server.url(database) + "'}");
    }

    private void isThereForOthers(Abuse abuse, String store) throws Exception {
        service.behaveAtOnce(this::serve);
        try (ChildProcess gateway = start(store)) {
            int port = port(gateway, "serves");
            honest(port, gateway);
            abuse.prepare(abusers, port);
            collectGarbage(gateway);
            Held before = held(gateway);
            Future<?> abused = threads.submit(() -> {
                abuse.begin(abusers, port);
                return null;
            });
            List<Future<Integer>> callers = Stream.generate(() -> threads.submit(() -> honest(port, gateway, abused)))
                    .limit(HONEST)
                    .toList();
            Held worst = before;
            while (!callers.stream().allMatch(Future::isDone)) {
                worst = worst.or(held(gateway));
            }
            int answers = 0;
            for (Future<Integer> caller : callers) {
                answers += caller.get();
            }
            System.out.printf(
                    "%s: %d honest requests, %s refused before; held at most %s%n", abuse, answers, refusals, worst);
            if (!abuse.isAllAtOnce()) {
                assertThat(refusals.sum()).as("nobody else was even refused").isZero();
            }
            assertThat(gateway.isAlive()).isTrue();
            assertThat(gateway.output()).noneMatch(line -> line.contains("OutOfMemory"));
            assertThat(worst.bytes()).isLessThanOrEqualTo(worst.limit() + Abusers.MANY * PIECE);
            assertThat(worst.bytes()).as("the limit was in reach").isGreaterThan(worst.limit() / 2);
            abusers.leave();
            returns(gateway, before);
        }
    }

    /** What was taken is given back. */
    private void returns(ChildProcess gateway, Held before) {
        await().atMost(LIMIT).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            collectGarbage(gateway);
            assertThat(held(gateway)).satisfies(after -> {
                assertThat(after.bytes()).isZero();
                assertThat(after.connections()).isLessThanOrEqualTo(before.connections() + HONEST);
                assertThat(after.heap()).isLessThan(before.heap() + CACHE);
                assertThat(after.direct()).isLessThan(before.direct() + ARENAS);
                assertThat(after.descriptors()).isLessThan(before.descriptors() + HONEST + FEW);
                assertThat(after.threads()).isLessThan(before.threads() + FEW);
            });
        });
    }

    private static void collectGarbage(ChildProcess gateway) throws IOException, InterruptedException {
        Process collecting = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(gateway.pid()),
                        "GC.run")
                .redirectErrorStream(true)
                .start();
        collecting.getInputStream().readAllBytes();
        assertThat(collecting.waitFor()).isZero();
    }

    /** What a gateway holds. */
    private record Held(
            long bytes, long limit, long connections, long heap, long direct, long descriptors, long threads) {
        /** The larger of each. */
        Held or(Held other) {
            return new Held(
                    Math.max(bytes, other.bytes),
                    limit,
                    Math.max(connections, other.connections),
                    Math.max(heap, other.heap),
                    Math.max(direct, other.direct),
                    Math.max(descriptors, other.descriptors),
                    Math.max(threads, other.threads));
        }
    }

    private Held held(ChildProcess gateway) throws Exception {
        Map<String, Double> metrics = client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(gateway, "operator") + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceAll("\\{area=\"heap\".*}", "_of_heap")
                        .replaceAll("\\{.*}", "")
                        .split(" "))
                .collect(Collectors.toMap(parts -> parts[0], parts -> Double.valueOf(parts[1]), Double::sum));
        return new Held(
                number(metrics, "reprise_memory_held"),
                number(metrics, "reprise_memory_limit"),
                number(metrics, "reprise_connections"),
                number(metrics, "jvm_memory_used_bytes_of_heap"),
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

    /** Executes and replays until the abuse has come to where it stays, and some more. */
    private int honest(int port, ChildProcess gateway, Future<?> abused) throws Exception {
        int answers = 0;
        while (!abused.isDone() || answers < ANSWERS_OF_EACH) {
            honest(port, gateway);
            answers += 2;
        }
        return answers;
    }

    private void honest(int port, ChildProcess gateway) throws Exception {
        String key = UUID.randomUUID().toString();
        for (boolean replayed : List.of(false, true)) {
            HttpResponse<String> answer;
            try {
                answer = honest.send(Abusers.request(port, "/a", key, key), BodyHandlers.ofString());
            } catch (IOException e) {
                throw new AssertionError("alive: " + gateway.isAlive() + ", printed: " + gateway.output(), e);
            }
            refusals.add(RetryReport.of(answer).orElseThrow().attempts() - 1);
            assertThat(answer.statusCode())
                    .as("%s; the gateway printed %s", answer.body(), gateway.output())
                    .isEqualTo(201);
            assertThat(answer.body()).isEqualTo(key);
            assertThat(answer.headers().firstValue("Idempotent-Replayed").isPresent())
                    .isEqualTo(replayed);
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
            default -> request.body().onSuccess(body -> answer(request, body.toString()));
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

    private ChildProcess start(String store) throws IOException {
        Path file = Files.writeString(
                folder.resolve("reprise.yaml"),
                "listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\nupstream: http://127.0.0.1:" + service.port() + "\n" + store
                        + "\n");
        return ChildProcess.java(
                RepriseCommand.class,
                List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"),
                List.of("gateway", "--config", file.toString()));
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
