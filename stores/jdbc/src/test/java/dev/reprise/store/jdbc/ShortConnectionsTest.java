package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.SharedServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a database rolls back because two transactions wait for each other, is done again (P8). */
@ExtendWith(SharedServers.class)
class ShortConnectionsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"POSTGRES", "MARIADB"})
    void two_that_wait_for_each_other_are_both_done_P8(TestDatabase database, SharedServers.Both servers)
            throws Exception {
        try (HikariDataSource pool = database.pool(servers, folder)) {
            ShortConnections connections =
                    new ShortConnections(pool, true, new ConnectionWatchdog(Duration.ofSeconds(30)));
            Databases.execute(pool, "CREATE TABLE account (name varchar(10) PRIMARY KEY, amount integer)");
            Databases.execute(pool, "INSERT INTO account VALUES ('one', 0), ('other', 0)");

            AtomicInteger callers = new AtomicInteger();
            Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
            CyclicBarrier bothHoldOne = new CyclicBarrier(2);
            Parallel.run(2, () -> {
                List<String> order = callers.getAndIncrement() == 0 ? List.of("one", "other") : List.of("other", "one");
                return connections.write(connection -> {
                    add(connection, order.getFirst());
                    if (attempts.computeIfAbsent(order.getFirst(), name -> new AtomicInteger())
                                    .getAndIncrement()
                            == 0) {
                        await(bothHoldOne);
                    }
                    add(connection, order.getLast());
                    return true;
                });
            });

            assertThat(Databases.number(pool, "SELECT sum(amount) FROM account"))
                    .isEqualTo(4);
            assertThat(attempts.values().stream().mapToInt(AtomicInteger::get).sum())
                    .as("attempts, one of which the database refused")
                    .isGreaterThan(2);
        }
    }

    private static void add(Connection connection, String name) throws SQLException {
        try (Statement update = connection.createStatement()) {
            update.executeUpdate("UPDATE account SET amount = amount + 1 WHERE name = '" + name + "'");
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
