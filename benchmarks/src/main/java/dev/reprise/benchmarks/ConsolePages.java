package dev.reprise.benchmarks;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.console.Console;
import dev.reprise.console.ConsoleRequest;
import dev.reprise.console.ConsoleResponse;
import dev.reprise.console.ConsoleSettings;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.OperationStore;
import dev.reprise.store.jdbc.JdbcStore;
import dev.reprise.store.rocksdb.RocksDbStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pages of the console over an embedded store: the time that the server takes for each, whatever the number of operations.
 *
 * <pre>benchmarks/run ConsolePages</pre>
 *
 * <p>Arguments: how many operations (1000000), of which one in a hundred is unknown.
 */
final class ConsolePages {
    private static final int FILLERS = 512;
    private static final int ROUNDS = 30;
    private static final String HOST = "console.example";
    private static final RequestFingerprint FINGERPRINT = new RequestFingerprint(1, new byte[32]);
    private static final Response RESPONSE =
            new Response(201, Headers.of("Content-Type", "application/json"), Body.of(new byte[300]));

    private final Console console;
    private final AtomicLong passed;
    private final Map<String, String> fields;

    private ConsolePages(Console console, AtomicLong passed, String cookie) {
        this.console = console;
        this.passed = passed;
        this.fields = Map.of("Host", HOST, "Cookie", cookie, "Sec-Fetch-Site", "same-origin");
    }

    public static void main(String[] arguments) throws Exception {
        int operations = Arguments.number(arguments, 0, 1_000_000);
        System.out.println(Machine.describe());
        System.out.printf("%,d operations, one in a hundred of them unknown%n", operations);
        Path folder = Files.createTempDirectory("reprise-benchmark");
        try (RocksDbStore store = RocksDbStore.in(folder).open()) {
            measure("Embedded store", store, operations);
        } finally {
            Folders.delete(folder);
        }
        try (Postgres postgres = new Postgres(10);
                JdbcStore store = JdbcStore.over(postgres.pool()).open()) {
            measure("PostgreSQL", store, operations);
        }
    }

    private static void measure(String name, OperationStore store, int operations)
            throws InterruptedException, ExecutionException {
        fill(store, operations);
        // What the overview remembers is old each time.
        AtomicLong passed = new AtomicLong();
        ConsoleSettings settings = ConsoleSettings.at("/console", Set.of(HOST))
                .secret(secret -> true)
                .clock(() -> Instant.now().plusSeconds(passed.get()))
                .build();
        try (Console console = new Console(settings, new StoreOperations(store))) {
            System.out.printf("%n%s%n%n", name);
            new ConsolePages(console, passed, signIn(console)).measure();
        }
    }

    private static void fill(OperationStore store, int operations) throws InterruptedException, ExecutionException {
        AtomicInteger next = new AtomicInteger();
        Load.times(FILLERS, operations, () -> {
            int number = next.getAndIncrement();
            // Spread over all keys, as random ones are.
            IdempotencyKey key = new IdempotencyKey("%08x-charge".formatted(Integer.reverse(number)));
            OperationId id = new OperationId(new Scope("caller-" + number % 1_000, "/v1/charges"), key);
            Lease lease = ((Acquired) store.acquire(
                            new Claim(id, FINGERPRINT, new Owner("benchmark", number), Duration.ofHours(1))))
                    .lease();
            if (number % 100 == 0) {
                store.park(lease, "Connection was closed");
            } else {
                store.complete(lease, RESPONSE, Duration.ofDays(1));
            }
        });
    }

    private static String signIn(Console console) {
        ConsoleResponse signedIn = console.handle(new ConsoleRequest(
                "POST",
                "/sign-in",
                null,
                "token=any",
                name -> Map.of("Host", HOST, "Sec-Fetch-Site", "same-origin").get(name),
                "127.0.0.1"));
        return signedIn.headers().first("Set-Cookie").orElseThrow().split(";", 2)[0];
    }

    private void measure() {
        String unknown = page("/operations", "state=unknown");
        Matcher first = Pattern.compile("/console/operation\\?op=([\\w-]+)").matcher(unknown);
        if (!first.find()) {
            throw new IllegalStateException("No operation is listed");
        }
        System.out.println("| page | median, ms | worst, ms |");
        System.out.println("|---|---|---|");
        row("overview, counted anew", "/", "");
        row("list of all", "/operations", "");
        row("list of the unknown ones", "/operations", "state=unknown");
        row("list by a route that has none", "/operations", "route=%2Fnowhere");
        row("list by a key", "/operations", "key=00000000-charge");
        row("one operation", "/operation", "op=" + first.group(1));
    }

    private void row(String name, String path, String query) {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            passed.addAndGet(5);
            long start = System.nanoTime();
            page(path, query);
            millis.add((System.nanoTime() - start) / 1e6);
        }
        System.out.printf("| %s | %.1f | %.1f |%n", name, Quantiles.median(millis), Collections.max(millis));
    }

    private String page(String path, String query) {
        ConsoleResponse response = console.handle(new ConsoleRequest("GET", path, query, "", fields::get, "127.0.0.1"));
        if (response.status() != 200) {
            throw new IllegalStateException(path + " answered " + response.status());
        }
        return new String(response.body().bytes(), StandardCharsets.UTF_8);
    }
}
