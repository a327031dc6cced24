package dev.reprise.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore.Claimed;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A database with records of the former schema is opened by this release. */
@ExtendWith(SharedServers.class)
class MigrationTest {
    @TempDir
    private Path folder;

    @Test
    void postgres_is_told_which_script_to_run_and_keeps_its_records(PostgresServer server) throws Exception {
        try (HikariDataSource pool = Databases.pool(server.url(server.newDatabase()), 3)) {
            refusedUntilMigrated(pool, SqlDialect.POSTGRESQL);
        }
    }

    @Test
    void mariadb_is_told_which_script_to_run_and_keeps_its_records(MariaDbServer server) throws Exception {
        try (HikariDataSource pool = Databases.pool(server.url(server.newDatabase()), 3)) {
            refusedUntilMigrated(pool, SqlDialect.MARIADB);
        }
    }

    @Test
    void sqlite_gets_what_is_missing_and_keeps_its_records() throws Exception {
        try (HikariDataSource pool = Databases.sqlite(folder)) {
            fill(pool, SqlDialect.SQLITE);
            assertKept(pool);
        }
    }

    @Test
    void h2_gets_what_is_missing_and_keeps_its_records() throws Exception {
        try (HikariDataSource pool = Databases.h2("migration")) {
            fill(pool, SqlDialect.H2);
            assertKept(pool);
        }
    }

    /** As a crash in the middle leaves it. */
    @Test
    void what_was_migrated_by_half_is_finished() throws Exception {
        try (HikariDataSource pool = Databases.sqlite(folder)) {
            fill(pool, SqlDialect.SQLITE);
            Databases.execute(pool, "ALTER TABLE reprise_operation ADD COLUMN operation_type text");
            Databases.execute(pool, "ALTER TABLE reprise_operation ADD COLUMN type_version integer");
            assertKept(pool);
        }
    }

    private static void refusedUntilMigrated(DataSource pool, SqlDialect dialect) throws Exception {
        fill(pool, dialect);

        StoreException refusal =
                catchThrowableOfType(StoreException.class, () -> JdbcResumableStore.open(pool, TableName.DEFAULT));

        assertThat(refusal)
                .hasMessageContaining("V2__reprise.sql")
                .hasMessageContaining("reprise schema")
                .hasMessageContaining("ALTER TABLE reprise_operation ADD COLUMN operation_type")
                .message()
                .doesNotContain("CREATE TABLE reprise_operation (");
        run(pool, dialect, 2);
        assertKept(pool);
    }

    private static void fill(DataSource pool, SqlDialect dialect) throws IOException {
        run(pool, dialect, 1);
        for (String key : new String[] {"done", "running"}) {
            StringBuilder id = new StringBuilder();
            for (byte one : RowKey.of(Shop.id(key)).bytes()) {
                id.append(String.format("%02x", one));
            }
            String bytes = dialect == SqlDialect.POSTGRESQL ? "'\\x" + id + "'" : "x'" + id + "'";
            String print = dialect == SqlDialect.POSTGRESQL ? "'\\x01'" : "x'01'";
            Databases.execute(
                    pool,
                    "INSERT INTO reprise_operation (id, idempotency_key, principal, route, state, fingerprint_version, "
                            + "fingerprint, token, attempt, created_at, lease_end, ended_at, expires_at, owner_node, "
                            + "owner_claim, status, headers, trailers) VALUES (" + bytes + ", '" + key
                            + "', 'alice', '/orders', " + (key.equals("done") ? 2 : 1) + ", 1, " + print
                            + ", 7, 1, 1, 4000000000000000, 1, 4000000000000000, 'node', 1, 201, '', '')");
        }
    }

    private static void run(DataSource pool, SqlDialect dialect, int version) throws IOException {
        String file = dialect.folder() + "/V" + version + "__reprise.sql";
        try (InputStream script = Objects.requireNonNull(Schema.class.getResourceAsStream(file))) {
            String code = new String(script.readAllBytes(), UTF_8).replaceAll("(?m)^--.*$", "");
            for (String statement : code.split(";\\s*\n", -1)) {
                if (!statement.isBlank()) {
                    Databases.execute(pool, statement);
                }
            }
        }
    }

    private static void assertKept(DataSource pool) {
        JdbcResumableStore store = JdbcResumableStore.open(pool, TableName.DEFAULT);
        assertThat(store.records().look(Shop.id("done")))
                .isInstanceOfSatisfying(
                        Claimed.Existing.class,
                        existing -> assertThat(existing.record().state()).isInstanceOf(Completed.class));
        assertThat(store.records().look(Shop.id("running")))
                .isInstanceOfSatisfying(
                        Claimed.Existing.class,
                        existing -> assertThat(existing.record().state()).isInstanceOf(Running.class));
        // What is no operation in steps is none of this store's business.
        assertThat(store.find(Shop.id("done"))).isEmpty();
        assertThat(store.backlog()).isEmpty();
        assertThat(JdbcStore.over(pool).timeLimit(Duration.ofSeconds(10)).open().find(Shop.id("done")))
                .isPresent();
    }
}
