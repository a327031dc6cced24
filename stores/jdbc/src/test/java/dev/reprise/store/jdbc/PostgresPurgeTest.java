package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Expired records are deleted from where the last purge stopped, and by the place of their rows. */
@ExtendWith(SharedServers.class)
class PostgresPurgeTest {
    @Test
    void what_was_deleted_is_not_walked_over_again_and_what_comes_late_is_deleted_in_the_end(PostgresServer server)
            throws SQLException {
        try (HikariDataSource pool = Databases.postgres(server)) {
            try (JdbcStore store = JdbcStore.over(pool).open()) {
                insert(pool, 10, 6);
                assertThat(store.purgeExpired(2)).isEqualTo(2);

                insert(pool, 9, 1);
                assertThat(store.purgeExpired(2)).isEqualTo(2);
                assertThat(expiries(pool)).containsExactly("9", "14", "15");

                assertThat(store.purgeExpired(3)).isEqualTo(3);
                assertThat(store.purgeExpired(3)).isZero();
            }
        }
    }

    /** Rows of different partitions may have the same place. */
    @Test
    void only_expired_records_are_deleted_from_a_partitioned_table(PostgresServer server) throws SQLException {
        try (HikariDataSource pool = Databases.postgres(server)) {
            Databases.partition(pool);
            try (JdbcStore store = JdbcStore.over(pool).open()) {
                long lasting = 4_000_000_000_000_000L;
                insert(pool, lasting, 40);
                insert(pool, 1, 40);
                insert(pool, lasting + 40, 40);

                assertThat(store.purgeExpired(30)).isEqualTo(30);
                assertThat(store.purgeExpired(30)).isEqualTo(10);
                assertThat(expiries(pool)).hasSize(80).allMatch(expiry -> Long.parseLong(expiry) >= lasting);
            }
        }
    }

    /** Finished records that expire one after the other. */
    private static void insert(HikariDataSource pool, long firstExpiry, int records) {
        Databases.execute(
                pool,
                "INSERT INTO reprise_operation (id, idempotency_key, principal, route, fingerprint_version, fingerprint, "
                        + "token, attempt, created_at, ended_at, expires_at, state, status) "
                        + "SELECT sha256(convert_to(expiry::text, 'UTF8')), expiry::text, 'p', 'r', 1, '', 0, 1, 0, 0, "
                        + "expiry, 2, 201 FROM generate_series(" + firstExpiry + ", " + firstExpiry + " + " + records
                        + " - 1) AS expiry");
    }

    private static List<String> expiries(HikariDataSource pool) throws SQLException {
        return Databases.texts(pool, "SELECT expires_at FROM reprise_operation ORDER BY expires_at");
    }
}
