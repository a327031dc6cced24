package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationState.Completed;
import dev.reprise.Response;
import dev.reprise.TransactionalEngine;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.EnumSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a driver, a pool or a server is set to, records are kept as promised, or the store does not open and says what to
 * change. Each test has a database of its own, so several run at a time.
 */
@ExtendWith(SharedServers.class)
@Execution(ExecutionMode.CONCURRENT)
class RequiredSettingsTest {
    private static HikariDataSource pool(String url, Consumer<HikariConfig> settings) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(6);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(10_000);
        config.setInitializationFailTimeout(-1);
        settings.accept(config);
        return new HikariDataSource(config);
    }

    private static void refused(String url, String cure) {
        try (HikariDataSource pool = pool(url, config -> {})) {
            refused(pool, cure);
        }
    }

    private static void refused(HikariDataSource pool, String cure) {
        assertThatThrownBy(() -> JdbcStore.over(pool).open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(cure);
        assertThatThrownBy(() -> JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(cure);
    }

    /** Both guarantees, all statements, with several callers so that there are batches. */
    private static void works(String url) throws Exception {
        Response odd = new Response(
                200, Headers.of("X", "\u00e9\u20ac\ud83d\ude00 ' \" \\ ?"), Body.of(new byte[] {0, 39, 92, -1}));
        try (HikariDataSource pool = pool(url, config -> {});
                JdbcStore store =
                        JdbcStore.over(pool).timeLimit(Duration.ofSeconds(20)).open();
                TransactionalEngine<Connection> engine = TransactionalEngine.over(
                                JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                        .build()) {
            Parallel.run(8, () -> {
                Lease completed = acquired(store);
                Lease released = acquired(store);
                Lease parked = acquired(store);
                assertThat(store.renew(completed)).isEqualTo(LeaseStatus.HELD);
                assertThat(store.complete(completed, odd, Duration.ofHours(1))).isEqualTo(LeaseStatus.HELD);
                assertThat(store.release(released)).isEqualTo(LeaseStatus.HELD);
                assertThat(store.park(parked, "test")).isEqualTo(LeaseStatus.HELD);
                assertThat(store.find(completed.id()).orElseThrow().state())
                        .isInstanceOfSatisfying(
                                Completed.class,
                                found -> assertThat(found.response()).isEqualTo(odd));
                for (int i = 0; i < 2; i++) {
                    assertThat(store.eraseAnswer(completed.id(), completed.token()))
                            .as("also a second time, S36")
                            .isTrue();
                }
                return store.find(released.id()).isEmpty();
            });
            assertThat(store.list(OperationQuery.of(EnumSet.allOf(dev.reprise.OperationState.Kind.class), 100))
                            .items())
                    .hasSize(16);
            assertThat(store.purgeExpired(10)).isZero();
            Shop shop = Shop.in(pool);
            // More than the five after which PostgreSQL's driver prepares statements on the server.
            for (int i = 0; i < 7; i++) {
                String key = UUID.randomUUID().toString();
                assertThat(Shop.order(engine, Shop.operation(key), 201)).isInstanceOf(Answer.Fresh.class);
                assertThat(Shop.order(engine, Shop.operation(key), 201)).isInstanceOf(Answer.Replay.class);
                assertThat(shop.orders(key)).isEqualTo(1);
            }
        }
    }

    private static Lease acquired(JdbcStore store) {
        return ((Acquired) store.acquire(
                        TransactionalContract.claim(UUID.randomUUID().toString())))
                .lease();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "preferQueryMode=extendedForPrepared",
                "preferQueryMode=extendedCacheEverything",
                "autosave=always",
                "autosave=conservative",
                "reWriteBatchedInserts=true",
                "stringtype=unspecified",
                "defaultRowFetchSize=1",
                "adaptiveFetch=true&defaultRowFetchSize=1&maxResultBuffer=1M",
                "binaryTransfer=false",
                "prepareThreshold=0",
                "prepareThreshold=1",
                "readOnlyMode=always",
                "logServerErrorDetail=false",
                "options=-c%20default_transaction_isolation=serializable",
                "options=-c%20default_transaction_deferrable=on",
                "options=-c%20bytea_output=escape",
                "options=-c%20standard_conforming_strings=off",
                "options=-c%20session_replication_role=replica",
                "options=-c%20DateStyle=SQL"
            })
    void records_are_kept_with_this_setting_of_postgres(String setting, PostgresServer server) throws Exception {
        try (HikariDataSource plain = Databases.postgres(server)) {
            works(plain.getJdbcUrl() + "&" + setting);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "preferQueryMode=simple|leave preferQueryMode out",
                "options=-c%20default_transaction_read_only=on|no read-only replica",
                "options=-c%20search_path=nowhere|reprise schema --dialect postgresql"
            })
    void the_store_does_not_open_with_this_setting_of_postgres(String setting, String cure, PostgresServer server) {
        try (HikariDataSource plain = Databases.postgres(server)) {
            refused(plain.getJdbcUrl() + "&" + setting, cure);
        }
    }

    @Test
    void the_store_does_not_open_on_a_database_that_lacks_characters(PostgresServer server) {
        String name = "latin" + UUID.randomUUID().toString().replace("-", "");
        server.execute("postgres", "CREATE DATABASE " + name + " ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'");
        server.execute(name, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
        refused(server.url(name), "ENCODING 'UTF8'");
    }

    @Test
    void the_store_does_not_open_on_a_read_only_pool(PostgresServer postgres, MariaDbServer mariaDb) {
        try (HikariDataSource one = Databases.postgres(postgres);
                HikariDataSource other = Databases.mariaDb(mariaDb);
                HikariDataSource readOnlyOne = pool(one.getJdbcUrl(), config -> config.setReadOnly(true));
                HikariDataSource readOnlyOther = pool(other.getJdbcUrl(), config -> config.setReadOnly(true))) {
            refused(readOnlyOne, "whose connections may write");
            refused(readOnlyOther, "whose connections may write");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "useServerPrepStmts=true",
                "useServerPrepStmts=true&useBulkStmts=true",
                "useBulkStmts=true",
                "useBulkStmtsForInserts=false",
                "allowMultiQueries=true",
                "useAffectedRows=true",
                "useCompression=true",
                "disablePipeline=true",
                "autocommit=false",
                "defaultFetchSize=1",
                "transactionReplay=true",
                "jdbcCompliantTruncation=false",
                "sessionVariables=sql_mode=''",
                "sessionVariables=sql_mode='ANSI'",
                "sessionVariables=sql_mode='NO_BACKSLASH_ESCAPES'",
                "sessionVariables=sql_mode='PAD_CHAR_TO_FULL_LENGTH'",
                "sessionVariables=tx_isolation='SERIALIZABLE'",
                "sessionVariables=innodb_snapshot_isolation=1",
                "sessionVariables=time_zone='-11:00'",
                "sessionVariables=binlog_format='STATEMENT'",
                "maxAllowedPacket=100000"
            })
    void records_are_kept_with_this_setting_of_mariadb(String setting, MariaDbServer server) throws Exception {
        try (HikariDataSource plain = Databases.mariaDb(server)) {
            works(plain.getJdbcUrl() + "&" + setting);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "sql_mode='ORACLE'|leave ORACLE out",
                "sql_mode='EMPTY_STRING_IS_NULL'|leave EMPTY_STRING_IS_NULL out",
                "completion_type=1|leave completion_type",
                "completion_type=2|leave completion_type",
                "collation_connection='latin1_swedish_ci'|leave character_set_connection",
                "sql_select_limit=100|leave sql_select_limit",
                "sql_safe_updates=1|leave sql_safe_updates",
                "tx_isolation='READ-UNCOMMITTED'|READ COMMITTED or more",
                "tx_read_only=1|no read-only replica"
            })
    void the_store_does_not_open_with_this_setting_of_mariadb(String setting, String cure, MariaDbServer server) {
        try (HikariDataSource plain = Databases.mariaDb(server)) {
            refused(plain.getJdbcUrl() + "&sessionVariables=" + setting, cure);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MODE=PostgreSQL",
                "MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH",
                "MODE=MySQL",
                "MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE",
                "MODE=MariaDB",
                "MODE=MSSQLServer",
                "MODE=DB2",
                "MODE=Derby",
                "MODE=HSQLDB",
                "MODE=LEGACY",
                "MODE=STRICT",
                "DATABASE_TO_UPPER=FALSE",
                "IGNORECASE=TRUE",
                "LOCK_MODE=0",
                "VARIABLE_BINARY=TRUE",
                "OLD_INFORMATION_SCHEMA=TRUE",
                "AUTOCOMMIT=OFF",
                "MAX_LENGTH_INPLACE_LOB=1"
            })
    void records_are_kept_with_this_setting_of_h2(String setting) throws Exception {
        works("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;" + setting);
    }

    @Test
    void the_store_does_not_open_where_each_connection_has_a_database_of_its_own() {
        refused("jdbc:h2:mem:", "jdbc:h2:mem:records");
        refused("jdbc:sqlite::memory:", "use a file");
    }

    @Test
    void the_store_does_not_open_where_h2_takes_empty_texts_for_null() {
        refused("jdbc:h2:mem:" + UUID.randomUUID() + ";MODE=Oracle", "use another MODE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "journal_mode=DELETE",
                "journal_mode=TRUNCATE",
                "synchronous=OFF",
                "transaction_mode=IMMEDIATE",
                "transaction_mode=EXCLUSIVE",
                "cache=shared",
                "foreign_keys=true&defer_foreign_keys=true"
            })
    void records_are_kept_with_this_setting_of_sqlite(String setting, @TempDir Path folder) throws Exception {
        works("jdbc:sqlite:" + folder.resolve("records.db") + "?" + setting);
    }

    @ParameterizedTest
    @CsvSource({
        "journal_mode=OFF, use journal_mode=WAL",
        "locking_mode=EXCLUSIVE, leave locking_mode at NORMAL",
        "read_uncommitted=true, leave read_uncommitted off",
        "jdbc.explicit_readonly=true, cannot upgrade to write transaction"
    })
    void the_store_does_not_open_with_this_setting_of_sqlite(String setting, String cure, @TempDir Path folder) {
        refused("jdbc:sqlite:" + folder.resolve("records.db") + "?" + setting, cure);
    }
}
