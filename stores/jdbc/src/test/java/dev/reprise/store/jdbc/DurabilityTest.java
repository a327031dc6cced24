package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A database that is set to lose commits is told of (S19). */
@ExtendWith(SharedServers.class)
class DurabilityTest {
    private final List<String> warnings = new ArrayList<>();
    private volatile long thread;
    private final Logger logger = Logger.getLogger(Durability.class.getName());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord message) {
            // Other tests open stores at the same time.
            if (message.getLongThreadID() == thread) {
                warnings.add(message.getMessage());
            }
        }

        @Override
        public void flush() {
            // Nothing is kept back.
        }

        @Override
        public void close() {
            // Nothing to close.
        }
    };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
    }

    private void check(HikariDataSource pool, SqlDialect dialect) throws SQLException {
        warnings.clear();
        thread = Thread.currentThread().threadId();
        try (Connection connection = pool.getConnection()) {
            Durability.check(connection, dialect);
        }
    }

    @Test
    void postgres_is_asked_whether_it_waits_for_its_disk(PostgresServer server) throws SQLException {
        try (HikariDataSource pool = Databases.postgres(server);
                HikariDataSource hasty =
                        Databases.lazyPool(pool.getJdbcUrl() + "&options=-c%20synchronous_commit=off", 1)) {
            check(pool, SqlDialect.POSTGRESQL);
            // The servers of tests do without.
            assertThat(warnings).singleElement().asString().contains("its setting fsync:");
            check(hasty, SqlDialect.POSTGRESQL);
            assertThat(warnings).hasSize(2).last().asString().contains("its setting synchronous_commit:");
        }
    }

    @Test
    void mariadb_is_asked_whether_it_waits_for_its_disk(MariaDbServer server) throws SQLException {
        try (HikariDataSource pool = Databases.mariaDb(server)) {
            server.execute("mysql", "SET GLOBAL innodb_flush_log_at_trx_commit = 1");
            check(pool, SqlDialect.MARIADB);
            assertThat(warnings).isEmpty();
            server.execute("mysql", "SET GLOBAL innodb_flush_log_at_trx_commit = 2");
            check(pool, SqlDialect.MARIADB);
            assertThat(warnings).singleElement().asString().contains("its setting innodb_flush_log_at_trx_commit:");
        }
    }

    @Test
    void sqlite_is_asked_whether_it_waits_for_its_disk(@TempDir Path folder) throws SQLException {
        try (HikariDataSource pool = Databases.sqlite(folder);
                HikariDataSource hasty = Databases.pool(pool.getJdbcUrl() + "?synchronous=NORMAL", 1)) {
            check(pool, SqlDialect.SQLITE);
            assertThat(warnings).isEmpty();
            check(hasty, SqlDialect.SQLITE);
            assertThat(warnings).singleElement().asString().contains("its setting synchronous:");
        }
    }

    @Test
    void h2_is_made_to_write_each_commit(@TempDir Path folder) throws SQLException {
        try (HikariDataSource pool = Databases.pool("jdbc:h2:" + folder.resolve("records"), 1)) {
            assertThat(writeDelay(pool)).isEqualTo("500");
            check(pool, SqlDialect.H2);
            assertThat(warnings).isEmpty();
            assertThat(writeDelay(pool)).isEqualTo("0");
        }
        try (HikariDataSource memory = Databases.h2("durability")) {
            check(memory, SqlDialect.H2);
            assertThat(warnings).isEmpty();
        }
    }

    private static String writeDelay(HikariDataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection();
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery("SELECT setting_value FROM information_schema.settings "
                                + "WHERE setting_name = 'WRITE_DELAY'")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
