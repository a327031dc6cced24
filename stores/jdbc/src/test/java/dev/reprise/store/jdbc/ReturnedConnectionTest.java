package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.TransactionalEngine;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A connection goes back to its pool with nothing open in it, or not at all (S15). */
@ExtendWith(SharedServers.class)
class ReturnedConnectionTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void what_could_not_be_rolled_back_is_never_committed_S15(TestDatabase database, SharedServers.Both servers)
            throws SQLException {
        try (HikariDataSource real = database.pool(servers, folder)) {
            Shop shop = Shop.in(real);
            Faulty faulty = new Faulty(real);
            try (TransactionalEngine<Connection> engine = TransactionalEngine.over(
                            JdbcTransactions.of(faulty.pool()), JdbcTransactionalStore.open(real, TableName.DEFAULT))
                    .build()) {
                assertThatThrownBy(() -> engine.execute(Shop.operation("a"), execution -> {
                            Shop.order(execution.transaction(), "a");
                            faulty.fail("rollback");
                            throw new IllegalStateException("out of stock");
                        }))
                        .hasMessage("out of stock");
                faulty.heal();

                // Pools find out that a connection is dead by using it, some of them only after a while.
                Awaitility.await()
                        .untilAsserted(() -> assertThat(shop.orders("a")).isZero());
                assertWorks(real, engine);
                assertThat(shop.orders("b")).isEqualTo(1);
            }
        }
    }

    /** A pool that resets nothing when it gets a connection back. */
    private static DataSource plainPool(Connection only) {
        Connection lent = (Connection) Proxy.newProxyInstance(
                ReturnedConnectionTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    try {
                        return method.invoke(only, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return (DataSource) Proxy.newProxyInstance(
                ReturnedConnectionTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> lent);
    }

    private static void assertWorks(HikariDataSource pool, TransactionalEngine<Connection> engine) {
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> Shop.order(engine, Shop.operation("b"), 201) instanceof Answer.Fresh);
        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void a_write_that_ends_by_an_error_leaves_nothing_and_the_connection_as_it_was(
            TestDatabase database, SharedServers.Both servers) throws SQLException {
        try (HikariDataSource pool = database.pool(servers, folder)) {
            Shop shop = Shop.in(pool);
            try (Connection only = pool.getConnection()) {
                ShortConnections connections =
                        new ShortConnections(plainPool(only), false, new ConnectionWatchdog(Duration.ofSeconds(30)));
                assertThatThrownBy(() -> connections.write(connection -> {
                            Shop.order(connection, "a");
                            throw new StackOverflowError("in this test");
                        }))
                        .isInstanceOf(StackOverflowError.class);

                assertThat(only.getAutoCommit()).isTrue();
                assertThat(shop.orders("a")).isZero();
                connections.write(connection -> {
                    Shop.order(connection, "b");
                    return connection;
                });
                assertThat(only.getAutoCommit()).isTrue();
                assertThat(shop.orders("b")).isEqualTo(1);
            }
        }
    }

    /** Work that ends at the moment at which it is given up: the next one must not get the broken connection. */
    @Test
    void on_postgres_a_connection_that_was_broken_off_does_not_go_back_S22(PostgresServer server) throws SQLException {
        try (HikariDataSource pool = Databases.postgres(server)) {
            ShortConnections connections =
                    new ShortConnections(pool, true, new ConnectionWatchdog(Duration.ofMillis(100)));
            String seven = connections.read(connection -> {
                Connection own = connection.unwrap(Connection.class);
                Awaitility.await().until(own::isClosed);
                return "7";
            });
            assertThat(seven).as("what it had found out already").isEqualTo("7");

            try (Connection next = pool.getConnection()) {
                assertThat(next.isValid(5)).isTrue();
            }
            assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        }
    }
}
