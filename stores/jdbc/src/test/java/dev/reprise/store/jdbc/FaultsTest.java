package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationState;
import dev.reprise.Rejection;
import dev.reprise.Response;
import dev.reprise.TransactionalEngine;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import dev.reprise.testkit.TcpFaultProxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What goes wrong around a database is told clearly, and loses nothing (S22). */
@ExtendWith(SharedServers.class)
class FaultsTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private static JdbcStore open(HikariDataSource pool) {
        return JdbcStore.over(pool).timeLimit(Duration.ofSeconds(10)).open();
    }

    @Test
    void a_wrong_password_is_told(MariaDbServer server) {
        String database = server.newDatabase();
        server.execute(database, "CREATE OR REPLACE USER somebody IDENTIFIED BY 'secret'");
        try (HikariDataSource pool =
                Databases.lazyPool(server.url(database).replace("user=root", "user=somebody"), 2)) {
            assertThatThrownBy(() -> open(pool))
                    .isInstanceOf(StoreException.class)
                    .hasStackTraceContaining("Access denied");
        }
    }

    @Test
    void a_missing_schema_is_told_in_one_line_with_the_command_that_prints_it(PostgresServer server) {
        String database = server.newDatabase();
        try (HikariDataSource pool = Databases.lazyPool(server.url(database), 2)) {
            assertThatThrownBy(() -> open(pool))
                    .isInstanceOf(StoreException.class)
                    .hasMessage(
                            "The database has no table reprise_operation. Create it, as a user who may, with what this "
                                    + "prints: reprise schema --dialect postgresql (or SqlDialect.POSTGRESQL.script)");
        }
    }

    @Test
    void a_missing_index_is_told_with_its_statement_and_nothing_else(PostgresServer server) {
        try (HikariDataSource pool = Databases.postgres(server)) {
            Databases.execute(pool, "DROP INDEX reprise_operation_expiry");
            assertThatThrownBy(() -> open(pool))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("CREATE INDEX reprise_operation_expiry")
                    .message()
                    .doesNotContain("CREATE TABLE");
        }
    }

    @Test
    void a_missing_index_is_told_on_mariadb_too(MariaDbServer server) {
        try (HikariDataSource pool = Databases.mariaDb(server)) {
            Databases.execute(pool, "DROP INDEX reprise_operation_expiry ON reprise_operation");
            assertThatThrownBy(() -> open(pool))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("CREATE INDEX reprise_operation_expiry")
                    .message()
                    .doesNotContain("CREATE TABLE");
        }
    }

    @Test
    void an_older_schema_is_told_with_the_statements_that_are_missing(PostgresServer server) {
        try (HikariDataSource pool = Databases.postgres(server)) {
            Databases.execute(pool, "DELETE FROM reprise_operation_meta");
            assertThatThrownBy(() -> open(pool))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("INSERT INTO reprise_operation_meta (name, amount) VALUES ('schema', 1)");
        }
    }

    @Test
    void a_newer_schema_is_refused(PostgresServer server) {
        try (HikariDataSource pool = Databases.postgres(server)) {
            Databases.execute(pool, "UPDATE reprise_operation_meta SET amount = 3 WHERE name = 'schema'");
            assertThatThrownBy(() -> open(pool))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("schema 3")
                    .hasMessageContaining("schema 2");
        }
    }

    @Test
    void other_names_are_used_everywhere(PostgresServer server) {
        String database = server.newDatabase();
        TableName table = TableName.of("app.idempotency");
        try (HikariDataSource pool = Databases.lazyPool(server.url(database), 6)) {
            Databases.execute(pool, "CREATE SCHEMA app");
            Databases.execute(pool, SqlDialect.named("postgresql").script(table));
            try (JdbcStore store = JdbcStore.over(pool)
                    .table(table)
                    .timeLimit(Duration.ofSeconds(10))
                    .open()) {
                Lease lease = ((Acquired) store.acquire(TransactionalContract.claim("a"))).lease();
                assertThat(store.complete(lease, Shop.response(200, "x"), HOUR)).isEqualTo(LeaseStatus.HELD);
            }
            assertThat(new Shop(pool).number("SELECT count(*) FROM app.idempotency"))
                    .isEqualTo(1);
        }
    }

    @Test
    void a_missing_privilege_is_told(PostgresServer server) {
        String database = server.newDatabase();
        try (HikariDataSource owner = Databases.lazyPool(server.url(database), 2)) {
            Databases.execute(owner, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
            Databases.execute(
                    owner,
                    "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'reader') THEN "
                            + "CREATE ROLE reader LOGIN; END IF; END $$");
            Databases.execute(owner, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
        }
        try (HikariDataSource pool =
                Databases.lazyPool(server.url(database).replace("user=postgres", "user=reader"), 2)) {
            assertThatThrownBy(() -> open(pool))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("permission denied")
                    .hasMessageContaining("it needs SELECT, INSERT, UPDATE and DELETE");
        }
    }

    /** On a server of its own, since a replica copies every database there is. */
    @Test
    void a_read_only_replica_is_refused_S30() {
        PostgresServer.unavailable().ifPresent(org.junit.jupiter.api.Assumptions::abort);
        try (PostgresServer server = PostgresServer.start("fsync=off");
                HikariDataSource primary = Databases.postgres(server);
                PostgresServer replica = server.standby("replica");
                HikariDataSource pool = Databases.lazyPool(
                        primary.getJdbcUrl().replace(":" + server.port() + "/", ":" + replica.port() + "/"), 2)) {
            assertThatThrownBy(() -> open(pool))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("read-only");
        }
    }

    @Test
    void a_pool_without_connections_is_told_and_nothing_is_executed_S22(PostgresServer server) throws Exception {
        try (HikariDataSource setUp = Databases.postgres(server);
                HikariDataSource pool = Databases.lazyPool(setUp.getJdbcUrl(), 1);
                JdbcStore store = open(pool);
                TransactionalEngine<Connection> engine = TransactionalEngine.over(
                                JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                        .build();
                Connection hog = pool.getConnection()) {
            assertThat(hog.isValid(1)).isTrue();

            assertThatThrownBy(() -> store.acquire(TransactionalContract.claim("a")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("has connections left in the pool");
            assertThat(engine.begin(Shop.operation("b")))
                    .isInstanceOfSatisfying(
                            Answer.Reject.class,
                            reject -> assertThat(reject.reason()).isEqualTo(Rejection.STORE_UNAVAILABLE));
        }
    }

    @Test
    void a_statement_that_the_server_cancels_fails_clearly_and_later_ones_succeed(PostgresServer server) {
        try (HikariDataSource pool = Databases.postgres(server);
                HikariDataSource impatient =
                        Databases.lazyPool(pool.getJdbcUrl() + "&options=-c%20statement_timeout=300", 4);
                JdbcStore store = open(impatient)) {
            try (Connection blocker = pool.getConnection()) {
                blocker.setAutoCommit(false);
                blocker.createStatement().execute("LOCK TABLE reprise_operation IN EXCLUSIVE MODE");
                assertThatThrownBy(() -> store.acquire(TransactionalContract.claim("a")))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("statement timeout");
                blocker.rollback();
            } catch (java.sql.SQLException e) {
                throw new AssertionError(e);
            }
            assertThat(store.acquire(TransactionalContract.claim("a"))).isInstanceOf(Acquired.class);
        }
    }

    @Test
    void a_server_that_falls_silent_is_given_up_within_the_limit_S22(PostgresServer server) throws Exception {
        try (HikariDataSource direct = Databases.postgres(server);
                TcpFaultProxy proxy = new TcpFaultProxy(server.port());
                HikariDataSource pool = Databases.lazyPool(
                        direct.getJdbcUrl().replace(":" + server.port() + "/", ":" + proxy.port() + "/"), 4);
                JdbcStore store =
                        JdbcStore.over(pool).timeLimit(Duration.ofMillis(500)).open()) {
            pool.getHikariPoolMXBean().softEvictConnections();
            proxy.always(() -> TcpFaultProxy.Plan.stallResponseAfter(2_000));
            List<StoreException> failures = new ArrayList<>();
            for (int i = 0; failures.isEmpty() && i < 100; i++) {
                try {
                    store.acquire(TransactionalContract.claim("silent-" + i));
                } catch (StoreException e) {
                    failures.add(e);
                }
            }
            assertThat(failures).isNotEmpty();
            proxy.always(() -> TcpFaultProxy.Plan.PASS);
            org.awaitility.Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> store.acquire(TransactionalContract.claim("again")) instanceof Acquired);
        }
    }

    @Test
    void a_server_restarted_midway_loses_nothing_acknowledged() throws Exception {
        PostgresServer.unavailable().ifPresent(org.junit.jupiter.api.Assumptions::abort);
        try (PostgresServer server = PostgresServer.start();
                HikariDataSource pool = Databases.postgres(server);
                JdbcStore store = open(pool)) {
            AtomicInteger next = new AtomicInteger();
            List<String> acknowledged = java.util.Collections.synchronizedList(new ArrayList<>());
            Thread restart = Thread.ofPlatform().start(() -> {
                org.awaitility.Awaitility.await().until(() -> acknowledged.size() > 200);
                server.kill();
                server.restart();
            });
            Parallel.run(8, () -> {
                for (int i = 0; i < 100 || restart.isAlive(); i++) {
                    String key = "restart-" + next.getAndIncrement();
                    try {
                        Lease lease = ((Acquired) store.acquire(TransactionalContract.claim(key))).lease();
                        if (store.complete(lease, Shop.response(200, key), HOUR) == LeaseStatus.HELD) {
                            acknowledged.add(key);
                        }
                    } catch (StoreException e) {
                        // The caller is told 503, and nothing was promised.
                    }
                }
                return null;
            });
            restart.join();
            for (String key : acknowledged) {
                assertThat(store.find(Shop.id(key)).orElseThrow().state())
                        .as(key)
                        .isInstanceOf(OperationState.Completed.class);
            }
        }
    }

    /**
     * A limit that was lowered after the store had asked for it, on a server of its own. In several rounds, as it is chance what is
     * written together.
     */
    @Test
    void a_response_that_breaks_its_connection_is_kept_without_its_body_and_harms_no_other_S21() throws Exception {
        MariaDbServer.unavailable().ifPresent(org.junit.jupiter.api.Assumptions::abort);
        Response tooLarge = new Response(200, Headers.of("Location", "/large"), Body.of(new byte[3 << 20]));
        try (MariaDbServer server = MariaDbServer.start("innodb-flush-log-at-trx-commit=2");
                HikariDataSource pool = Databases.mariaDb(server);
                JdbcStore store = open(pool)) {
            Databases.execute(pool, "SET GLOBAL max_allowed_packet = 1048576");
            pool.getHikariPoolMXBean().softEvictConnections();
            for (int round = 0; round < 6; round++) {
                String name = "large-" + round + "-";
                List<Lease> leases = IntStream.range(0, 8)
                        .mapToObj(i -> ((Acquired) store.acquire(TransactionalContract.claim(name + i))).lease())
                        .toList();
                AtomicInteger next = new AtomicInteger();
                List<LeaseStatus> outcomes = Parallel.run(8, () -> {
                    int number = next.getAndIncrement();
                    Response response = number == 4 ? tooLarge : Shop.response(200, name + number);
                    return store.complete(leases.get(number), response, HOUR);
                });
                assertThat(outcomes).containsOnly(LeaseStatus.HELD);
                assertThat(store.find(Shop.id(name + 4)).orElseThrow().state())
                        .isInstanceOfSatisfying(
                                OperationState.Completed.class,
                                done -> assertThat(done.response()).isEqualTo(tooLarge.withBody(Body.OMITTED)));
            }
        }
    }

    @Test
    void other_databases_are_refused() {
        assertThatThrownBy(() -> SqlDialect.named("oracle"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("postgresql, mariadb, h2 and sqlite");
        assertThatThrownBy(() -> TableName.of("a.b.c")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TableName.of("x; DROP TABLE y")).isInstanceOf(IllegalArgumentException.class);
    }
}
