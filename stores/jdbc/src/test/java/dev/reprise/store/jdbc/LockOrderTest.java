package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.testkit.FullProof;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two nodes write the same operations at the same time, each with all kinds of writes in its batches, and a reaper deletes
 * expired ones between them. All take their locks in one order, so the database does not have to break circles: its own count
 * of deadlocks says so. Without the order there are two in each round.
 */
@ExtendWith(SharedServers.class)
class LockOrderTest {
    private static final int KEYS = 24;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final int ROUNDS = FullProof.WANTED ? 400 : 25;

    private final RandomGenerator random = new java.util.Random(1);

    @Test
    void postgres_has_no_circle_to_break(PostgresServer server) throws Exception {
        try (HikariDataSource pool = Databases.postgres(server)) {
            hammer(pool);
            // Sessions report when they end.
            pool.getHikariPoolMXBean().softEvictConnections();
            assertThat(Databases.number(
                            pool,
                            "SELECT deadlocks FROM (SELECT pg_stat_force_next_flush()) AS now, pg_stat_database WHERE "
                                    + "datname = current_database()"))
                    .isZero();
        }
    }

    /** On a server of its own, since it counts for all databases together. */
    @Test
    void mariadb_has_hardly_a_circle_to_break() throws Exception {
        MariaDbServer.unavailable().ifPresent(Assumptions::abort);
        String deadlocks = "SELECT variable_value FROM information_schema.global_status WHERE variable_name = "
                + "'INNODB_DEADLOCKS'";
        try (MariaDbServer server = MariaDbServer.start("innodb-flush-log-at-trx-commit=2");
                HikariDataSource pool = Databases.mariaDb(server)) {
            long before = Databases.number(pool, deadlocks);
            hammer(pool);
            // InnoDB keeps the lock on a deleted row that somebody waited for, so a claim that makes it anew can be out
            // of order.
            assertThat(Databases.number(pool, deadlocks) - before)
                    .as(() -> innodbStatus(pool))
                    .isLessThanOrEqualTo(ROUNDS / 10);
        }
    }

    private void hammer(HikariDataSource pool) throws Exception {
        try (JdbcStore one = open(pool);
                JdbcStore other = open(pool)) {
            for (int round = 0; round < ROUNDS; round++) {
                List<Lease> leases = IntStream.range(0, KEYS)
                        .mapToObj(i -> acquired(one, "hammered-" + i))
                        .toList();
                AtomicInteger next = new AtomicInteger();
                Parallel.run(64, () -> {
                    JdbcStore store = next.getAndIncrement() % 2 == 0 ? one : other;
                    for (int i = 0; i < 6; i++) {
                        write(store, leases.get(pick(KEYS)));
                    }
                    return null;
                });
                leases.forEach(lease -> one.complete(lease, Shop.response(200, "end"), SHORTEST));
                leases.forEach(one::release);
            }
        }
    }

    private synchronized int pick(int bound) {
        return random.nextInt(bound);
    }

    /** Any write, most of which leave the record running so that the next ones find it. */
    private void write(JdbcStore store, Lease lease) {
        Lease formers = new Lease(lease.id(), dev.reprise.FencingToken.NONE, 1, lease.length());
        switch (pick(8)) {
            case 0, 1, 2 -> store.renew(lease);
            case 3 -> store.complete(lease, Shop.response(200, "done"), SHORTEST);
            case 4 -> store.release(lease);
            case 5 -> store.park(formers, "a former owner");
            case 6 -> store.acquire(claim(lease));
            default -> store.purgeExpired(5);
        }
    }

    private static Claim claim(Lease lease) {
        Claim claim = TransactionalContract.claim(lease.id().key().value());
        return claim.takingOverFrom(lease.token());
    }

    private static Lease acquired(JdbcStore store, String key) {
        while (true) {
            switch (store.acquire(TransactionalContract.claim(key))) {
                case Acquired(Lease lease) -> {
                    return lease;
                }
                case dev.reprise.spi.Acquisition.Existing existing ->
                    store.release(
                            new Lease(existing.record().id(), existing.record().token(), 1, Duration.ofSeconds(30)));
            }
        }
    }

    private static JdbcStore open(HikariDataSource pool) {
        return JdbcStore.over(pool).timeLimit(Duration.ofSeconds(60)).open();
    }

    /** Tells of the latest circle: which statements held what and waited for what. */
    private static String innodbStatus(HikariDataSource pool) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW ENGINE INNODB STATUS")) {
            rows.next();
            return rows.getString("Status");
        } catch (SQLException e) {
            return e.toString();
        }
    }
}
