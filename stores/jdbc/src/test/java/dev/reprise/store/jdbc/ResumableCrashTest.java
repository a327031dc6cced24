package dev.reprise.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.OperationState.Completed;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.spi.ResumableStore;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.FullProof;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The process is killed with kill -9 at every boundary between two statements of an operation, and inside every step. Then the
 * completer of another process finishes it, or a client that asks again does; and everything has happened exactly once. Beside other tests, since it waits for processes.
 */
@ExtendWith(SharedServers.class)
@Execution(ExecutionMode.CONCURRENT)
class ResumableCrashTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private ChildProcess peer;
    private int port;
    private int points;

    @SuppressWarnings("NullAway.Init")
    ResumableCrashTest() {}

    @BeforeEach
    void startPeer() throws Exception {
        peer = ChildProcess.java(FakePeer.class, List.of(), List.of());
        port = Integer.parseInt(
                peer.awaitLine(line -> line.startsWith("port "), PATIENCE).substring(5));
    }

    @AfterEach
    void stopPeer() {
        peer.close();
        client.close();
    }

    /** All operations of a shape are under way in one process, each at a boundary of its own, and die together. */
    @Test
    void everything_happens_once_wherever_a_process_is_killed_on_postgres_P2_P3_P6_P7(PostgresServer server)
            throws Exception {
        try (HikariDataSource pool = Databases.postgres(server)) {
            JdbcResumableStore store = JdbcResumableStore.open(pool, TableName.DEFAULT);
            Shop shop = Shop.in(pool);
            for (String shape : FullProof.WANTED ? Journey.SHAPES : new String[] {"LROAL"}) {
                int boundaries = new Traveller(pool, store, shape, port).travel("counted-" + shape, 0, () -> {});
                killAndFinish(pool, store, shop, shape, 1, boundaries + 1, List.of());
            }
        }
        System.out.println("PostgreSQL: killed at " + points + " points");
    }

    /** One process writes at a time here, so each boundary has a process of its own. */
    @Test
    void everything_happens_once_wherever_a_process_is_killed_on_sqlite_P2_P3_P6_P7() throws Exception {
        try (HikariDataSource pool = Databases.sqlite(folder)) {
            JdbcResumableStore store = JdbcResumableStore.open(pool, TableName.DEFAULT);
            Shop shop = Shop.in(pool);
            for (String shape : FullProof.WANTED ? Journey.SHAPES : new String[] {"RL"}) {
                int boundaries = new Traveller(pool, store, shape, port).travel("counted-" + shape, 0, () -> {});
                for (int boundary = 1; boundary <= boundaries; boundary += FullProof.WANTED ? 1 : 7) {
                    killAndFinish(pool, store, shop, shape, boundary, boundary, List.of());
                }
            }
        }
        System.out.println("SQLite: killed at " + points + " points");
    }

    /** The test is worth what it catches: a store with a fault that only crashes bring to light. */
    @ParameterizedTest
    @EnumSource
    void a_broken_store_is_found(BrokenStore.Fault fault, PostgresServer server) throws Exception {
        try (HikariDataSource pool = Databases.postgres(server)) {
            ResumableStore<Connection> store =
                    new BrokenStore(JdbcResumableStore.open(pool, TableName.DEFAULT), pool, fault);
            Shop shop = Shop.in(pool);
            int boundaries = new Traveller(pool, store, "LR", port).travel("counted", 0, () -> {});

            assertThatThrownBy(
                            () -> killAndFinish(pool, store, shop, "LR", 1, boundaries + 1, List.of(fault.toString())))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("/1 L] \nexpected: 1")
                    .hasMessageContaining(
                            switch (fault) {
                                case RESULT_COMMITS_FIRST -> "but was: 0";
                                case RESULT_IS_NOT_WRITTEN -> "but was: 2";
                            });
        }
    }

    private void killAndFinish(
            HikariDataSource pool,
            ResumableStore<Connection> store,
            Shop shop,
            String shape,
            int first,
            int last,
            List<String> fault)
            throws Exception {
        String prefix = shape + "-" + first;
        List<String> arguments = new ArrayList<>(List.of(
                pool.getJdbcUrl(),
                Integer.toString(port),
                shape,
                prefix,
                Integer.toString(first),
                Integer.toString(last)));
        arguments.addAll(fault);
        try (ChildProcess process = ChildProcess.java(Traveller.class, List.of(), arguments)) {
            process.awaitLine(line -> line.equals("ready"), PATIENCE);
            process.kill();
            points += (int) process.output().stream()
                    .filter(line -> line.startsWith("stopped"))
                    .count();
        }
        List<String> keys = new ArrayList<>();
        for (int boundary = first; boundary <= last; boundary++) {
            keys.add(prefix + "-completer-" + boundary);
        }
        finishByCompleter(pool, store, shape, keys);
        for (int boundary = first; boundary <= last; boundary++) {
            String key = prefix + "-client-" + boundary;
            finishByClient(pool, store, shape, key);
            keys.add(key);
        }
        List<String> done = applied();
        keys.forEach(key -> assertOnce(store, shop, done, shape, key));
    }

    /** Nobody asks again. */
    private void finishByCompleter(
            HikariDataSource pool, ResumableStore<Connection> store, String shape, List<String> keys) throws Exception {
        // Time goes by for all records, also for one that has been claimed since nothing ran: it keeps its owner.
        Resumable<String, String, Connection> type =
                Journey.of(shape, port, client, () -> {}).with(Journey.POLICY.withLease(Duration.ofDays(1)));
        try (ResumableEngine<Connection> engine = ResumableEngine.over(JdbcTransactions.of(pool), store)
                .register(type)
                .completer(Duration.ofMillis(20), 8)
                .build()) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!keys.stream().allMatch(key -> isFinishedOrNotThere(engine, key))) {
                assertThat(System.nanoTime())
                        .as(() -> keys.stream()
                                .filter(key -> !isFinishedOrNotThere(engine, key))
                                .map(key -> engine.find(Journey.id(key)).toString())
                                .toList()
                                .toString())
                        .isLessThan(end);
                if (engine.running() == 0) {
                    Databases.elapse(pool, Duration.ofHours(1));
                    keys.forEach(key -> Journey.approve(engine, key));
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    private static boolean isFinishedOrNotThere(ResumableEngine<Connection> engine, String key) {
        return engine.find(Journey.id(key))
                .map(found -> found.record().state() instanceof Completed)
                .orElse(true);
    }

    private void finishByClient(HikariDataSource pool, ResumableStore<Connection> store, String shape, String key) {
        Resumable<String, String, Connection> type = Journey.of(shape, port, client, () -> {});
        try (ResumableEngine<Connection> engine = ResumableEngine.over(JdbcTransactions.of(pool), store)
                .register(type)
                .completer(Duration.ofHours(1), 0)
                .build()) {
            Journey.insist(engine, type, key, () -> Databases.elapse(pool, Duration.ofHours(1)));
        }
    }

    /** Each local step has one order, and each call was done once under one key; or nothing was ever begun. */
    private static void assertOnce(
            ResumableStore<Connection> store, Shop shop, List<String> done, String shape, String key) {
        boolean there = store.find(Journey.id(key)).isPresent();
        for (int i = 0; i < shape.length(); i++) {
            String thing = key + "/" + (i + 1) + " " + shape.charAt(i);
            switch (shape.charAt(i)) {
                case 'L' -> assertThat(shop.orders(thing)).as(thing).isEqualTo(there ? 1 : 0);
                case 'R', 'O' ->
                    assertThat(done.stream().filter(line -> line.contains(" " + thing + " ")))
                            .as(thing)
                            .hasSize(there ? 1 : 0)
                            .allMatch(line -> line.startsWith("1 "));
                default -> {}
            }
        }
    }

    private List<String> applied() {
        try {
            URI uri = URI.create("http://127.0.0.1:" + port + "/applied");
            String list = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString(UTF_8))
                    .body();
            return list.lines().toList();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
