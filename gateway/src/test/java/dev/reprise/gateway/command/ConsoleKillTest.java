package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Kind;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Scope;
import dev.reprise.console.audit.AuditPage;
import dev.reprise.console.audit.AuditView;
import dev.reprise.console.audit.FileAuditLog;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Claim;
import dev.reprise.spi.OperationQuery;
import dev.reprise.store.rocksdb.RocksDbStore;
import dev.reprise.testkit.ChildProcess;
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
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A gateway that is killed while its operator releases many operations: none is released that the audit does not know. Mostly waits
 * for processes, so it runs beside others.
 */
@Execution(ExecutionMode.CONCURRENT)
class ConsoleKillTest {
    private static final int OPERATIONS = 3_000;
    private static final int BATCH = 25;

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private String cookie = "";

    private Path records() {
        return folder.resolve("store");
    }

    private void fill() {
        RequestFingerprint fingerprint = new RequestFingerprint(1, new byte[1]);
        // Together they wait for the disk once in a while, and not each for itself.
        try (RocksDbStore store = RocksDbStore.in(records()).open();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < OPERATIONS; i++) {
                OperationId id = new OperationId(new Scope("alice", "/charges"), new IdempotencyKey("k" + i));
                Claim claim = new Claim(id, fingerprint, new Owner("node", i + 1), Duration.ofHours(1));
                threads.execute(() -> store.park(((Acquired) store.acquire(claim)).lease(), "Connection was closed"));
            }
        }
    }

    private HttpResponse<String> send(int port, String path, String form) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/console" + path))
                .header("Cookie", cookie)
                .header("Sec-Fetch-Site", "same-origin");
        return client.send(
                (form.isEmpty() ? request : request.POST(BodyPublishers.ofString(form))).build(),
                BodyHandlers.ofString());
    }

    private static String found(String page, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(page);
        assertThat(found.find()).as(pattern).isTrue();
        return found.group(1);
    }

    @Test
    void nothing_is_done_that_is_not_written_down_before() throws Exception {
        fill();
        try (ChildProcess gateway = Cli.start(
                "gateway",
                "--listen",
                "127.0.0.1:0",
                "--admin",
                "127.0.0.1:0",
                "--store",
                records().toString())) {
            int port = Cli.port(gateway, "operator");
            String secret = Files.readAllLines(records().resolve("admin")).get(1);
            cookie = send(port, "/sign-in", "token=" + secret)
                    .headers()
                    .firstValue("set-cookie")
                    .orElseThrow()
                    .split(";", 2)[0];
            String csrf = found(send(port, "/operations", "").body(), "name=\"csrf\" value=\"([^\"]+)\"");
            assertThat(send(port, "/bulk", "csrf=" + csrf + "&what=release&filter=state%3Dunknown&reason=r&do=yes")
                            .statusCode())
                    .isEqualTo(303);

            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        String page = send(port, "/job", "").body();
                        return Integer.parseInt(found(page, "Released</dt><dd>([0-9,]+)<")
                                        .replace(",", ""))
                                > BATCH;
                    });
            gateway.kill();
        }

        Set<String> kept = kept();
        Set<String> known = new HashSet<>();
        int open = 0;
        for (AuditView entry : entries()) {
            known.add(String.valueOf(entry.key()));
            open += entry.outcome() == null ? 1 : 0;
        }
        assertThat(kept).as("it was killed in between").hasSizeBetween(1, OPERATIONS - BATCH);
        for (int i = 0; i < OPERATIONS; i++) {
            String key = "k" + i;
            assertThat(kept.contains(key) || known.contains(key)).as(key).isTrue();
        }
        // The batch at which it was, and the entry of the whole.
        assertThat(open).isLessThanOrEqualTo(BATCH + 1);
    }

    private Set<String> kept() {
        Set<String> kept = new HashSet<>();
        try (RocksDbStore store = RocksDbStore.in(records()).open()) {
            store.list(OperationQuery.of(Set.of(Kind.UNKNOWN, Kind.RUNNING), OPERATIONS + 1))
                    .items()
                    .forEach(record -> kept.add(record.id().key().value()));
        }
        return kept;
    }

    private Set<AuditView> entries() {
        Set<AuditView> all = new HashSet<>();
        try (FileAuditLog audit = new FileAuditLog(records().resolve("audit.jsonl"), InstantSource.system())) {
            String before = null;
            do {
                AuditPage page = audit.latest(before, 1_000);
                all.addAll(page.entries());
                before = page.next();
            } while (before != null);
        }
        return all;
    }
}
