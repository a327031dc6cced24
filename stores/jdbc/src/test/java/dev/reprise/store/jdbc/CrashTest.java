package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.TransactionalEngine;
import dev.reprise.testkit.ChildProcess;
import dev.reprise.testkit.FullProof;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The process, or the database, is killed at every boundary between two statements of an operation, one after the other;
 * then the operation is asked for again, and has happened exactly once. In short it is every other one, where two databases
 * begin with the first and two with the second. Beside other tests, since it waits for processes.
 */
@ExtendWith(SharedServers.class)
@Execution(ExecutionMode.CONCURRENT)
class CrashTest {
    private static final int STEP = FullProof.WANTED ? 1 : 2;
    private static final Duration START = Duration.ofSeconds(60);
    private static final int MOST_BOUNDARIES = 50;

    @TempDir
    private Path folder;

    @Test
    void a_process_killed_at_any_boundary_leaves_both_or_neither_on_postgres(PostgresServer server) throws Exception {
        try (HikariDataSource pool = Databases.postgres(server)) {
            killProcesses(pool.getJdbcUrl(), 1, true);
        }
    }

    @Test
    void a_process_killed_at_any_boundary_leaves_both_or_neither_on_mariadb(MariaDbServer server) throws Exception {
        try (HikariDataSource pool = Databases.mariaDb(server)) {
            killProcesses(pool.getJdbcUrl(), 2, true);
        }
    }

    /** H2 may lose the last commits of a process that is killed, but not one half of them. */
    @Test
    void a_process_killed_at_any_boundary_leaves_both_or_neither_on_h2() throws Exception {
        killProcesses("jdbc:h2:" + folder.resolve("records"), 1, false);
    }

    @Test
    void a_process_killed_at_any_boundary_leaves_both_or_neither_on_sqlite() throws Exception {
        killProcesses("jdbc:sqlite:" + folder.resolve("records.db"), 2, true);
    }

    private static void killProcesses(String url, int first, boolean durable) throws Exception {
        try (HikariDataSource pool = Databases.pool(url, 2)) {
            Shop.in(pool);
        }
        boolean committed = false;
        boolean stopped = true;
        for (int boundary = FullProof.WANTED ? 1 : first; stopped; boundary += STEP) {
            assertThat(boundary).isLessThan(MOST_BOUNDARIES);
            String key = "crash-" + boundary;
            stopped = killAt(boundary, url, key);
            // An embedded database lets in one process at a time, so this one comes after the other.
            try (HikariDataSource pool = Databases.pool(url, 2);
                    TransactionalEngine<Connection> engine = engine(pool)) {
                Answer answer = Buyer.buy(engine, key);
                committed |= answer instanceof Answer.Replay;
                if (durable) {
                    // Nothing up to some boundary, and everything from there on.
                    assertThat(answer).as(key).isInstanceOf(committed ? Answer.Replay.class : Answer.Fresh.class);
                }
                assertThat(new Shop(pool).orders(key)).as(key).isEqualTo(2);
            }
            if (!stopped) {
                assertThat(committed || !durable).isTrue();
                // Claim, two orders, record, commit, and on some databases more.
                assertThat(boundary).isGreaterThan(4);
            }
        }
    }

    /** False if the process came to its end before there were as many boundaries. */
    private static boolean killAt(int boundary, String url, String key) throws Exception {
        try (ChildProcess process =
                ChildProcess.java(Buyer.class, List.of(), List.of(url, key, Integer.toString(boundary)))) {
            String line = process.awaitLine(text -> text.equals("stopped") || text.startsWith("ended"), START);
            process.kill();
            return line.equals("stopped");
        }
    }

    private static TransactionalEngine<Connection> engine(HikariDataSource pool) {
        return TransactionalEngine.over(JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                .build();
    }

    @Test
    void postgres_killed_at_any_boundary_loses_nothing_and_does_nothing_twice() throws Exception {
        PostgresServer.unavailable().ifPresent(Assumptions::abort);
        try (PostgresServer server = PostgresServer.start();
                HikariDataSource pool = Databases.postgres(server)) {
            killDatabase(pool, server::kill, server::restart);
        }
    }

    @Test
    void mariadb_killed_at_any_boundary_loses_nothing_and_does_nothing_twice() throws Exception {
        MariaDbServer.unavailable().ifPresent(Assumptions::abort);
        try (MariaDbServer server = MariaDbServer.start();
                HikariDataSource pool = Databases.mariaDb(server)) {
            killDatabase(pool, server::kill, server::restart);
        }
    }

    private static void killDatabase(HikariDataSource pool, Runnable kill, Runnable restart) throws Exception {
        Shop shop = Shop.in(pool);
        int[] killAt = new int[1];
        Boundaries boundaries = new Boundaries(number -> {
            if (number == killAt[0]) {
                kill.run();
                Thread.ofPlatform().start(restart);
            }
        });
        JdbcTransactionalStore store = JdbcTransactionalStore.open(pool, TableName.DEFAULT);
        try (TransactionalEngine<Connection> engine = TransactionalEngine.over(
                        JdbcTransactions.of(boundaries.in(pool)), store)
                .build()) {
            int all = count(boundaries, engine);
            assertThat(all).isGreaterThanOrEqualTo(5);
            for (int boundary = 1; boundary <= all; boundary += STEP) {
                killAt[0] = boundary;
                boundaries.startAgain();
                String key = "killed-" + boundary;
                Answer answer = insist(engine, key);
                killAt[0] = 0;
                assertThat(answer).as(key).isInstanceOf(Answer.Fresh.class);
                assertThat(insist(engine, key)).isInstanceOf(Answer.Replay.class);
                assertThat(shop.orders(key)).as(key).isEqualTo(2);
            }
        }
    }

    private static int count(Boundaries boundaries, TransactionalEngine<Connection> engine) throws Exception {
        boundaries.startAgain();
        Buyer.buy(engine, "counted");
        return boundaries.count();
    }

    /** Asks again as a client does, until there is an answer that is final. */
    private static Answer insist(TransactionalEngine<Connection> engine, String key) {
        long end = System.nanoTime() + START.toNanos();
        while (true) {
            try {
                Answer answer = Buyer.buy(engine, key);
                if (!(answer instanceof Answer.Reject)) {
                    return answer;
                }
            } catch (java.sql.SQLException e) {
                // A statement of the handler has failed; nothing was committed.
            }
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }
}
