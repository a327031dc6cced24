package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.Joined;
import dev.reprise.JoinedExecution;
import dev.reprise.Operation;
import dev.reprise.Outcome;
import dev.reprise.Rejection;
import dev.reprise.TransactionalEngine;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Moment;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Transactions that somebody else opens and commits, as a transaction manager of a framework does. */
@ExtendWith(SharedServers.class)
class JoinTest {
    private final HikariDataSource pool;
    private final int port;
    private final Shop shop;
    private final TransactionalEngine<Connection> engine;

    JoinTest(PostgresServer server) {
        pool = Databases.postgres(server);
        port = server.port();
        shop = Shop.in(pool);
        engine = TransactionalEngine.over(
                        JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                .build();
    }

    @BeforeEach
    void nothingIsOrdered() {
        assertThat(shop.number("SELECT count(*) FROM orders")).isZero();
    }

    @AfterEach
    void close() {
        engine.close();
        pool.close();
    }

    // snippet: transaction-manager
    /** What a transaction manager does around a handler. */
    private static Answer inTransaction(
            TransactionalEngine<Connection> engine, Connection connection, Operation operation, Outcome outcome)
            throws SQLException {
        connection.setAutoCommit(false);
        switch (engine.join(connection, operation)) {
            case Joined.Answered(Answer answer) -> {
                connection.rollback();
                return answer;
            }
            case JoinedExecution<?> run -> {
                Shop.order(connection, operation.id().key().value());
                if (!run.record(outcome)) {
                    connection.rollback();
                    return run.rolledBack();
                }
                try {
                    connection.commit();
                } catch (SQLException e) {
                    return run.commitFailed(e);
                }
                return run.committed();
            }
        }
    }
    // end of snippet

    @Test
    void the_record_commits_with_somebody_elses_transaction() throws Exception {
        try (Connection connection = pool.getConnection()) {
            assertThat(inTransaction(engine, connection, Shop.operation("a"), Shop.answered(201, "done")))
                    .isInstanceOf(Answer.Fresh.class);
            assertThat(inTransaction(engine, connection, Shop.operation("a"), Shop.answered(201, "done")))
                    .isInstanceOf(Answer.Replay.class);
        }
        assertThat(shop.orders("a")).isEqualTo(1);
    }

    @Test
    void an_outcome_that_does_not_commit_leaves_nothing_and_frees_the_key_S15() throws Exception {
        try (Connection connection = pool.getConnection()) {
            assertThat(inTransaction(engine, connection, Shop.operation("a"), Shop.answered(500, "broken")))
                    .isEqualTo(new Answer.Fresh(Shop.response(500, "broken"), java.time.Duration.ZERO));
            assertThat(shop.orders("a")).isZero();
            assertThat(inTransaction(engine, connection, Shop.operation("a"), Shop.answered(201, "done")))
                    .isInstanceOf(Answer.Fresh.class);
        }
        assertThat(shop.orders("a")).isEqualTo(1);
    }

    @Test
    void a_duplicate_is_told_at_once_here_and_elsewhere_S8() throws Exception {
        try (Connection mine = pool.getConnection();
                Connection other = pool.getConnection();
                TransactionalEngine<Connection> elsewhere = TransactionalEngine.over(
                                JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                        .build()) {
            mine.setAutoCommit(false);
            JoinedExecution<?> run = (JoinedExecution<?>) engine.join(mine, Shop.operation("a"));

            assertThat(rejection(inTransaction(engine, other, Shop.operation("a"), Shop.answered(201, "x"))))
                    .isEqualTo(Rejection.IN_PROGRESS);
            assertThat(rejection(inTransaction(elsewhere, other, Shop.operation("a"), Shop.answered(201, "x"))))
                    .isEqualTo(Rejection.IN_PROGRESS);

            mine.rollback();
            assertThat(rejection(run.rolledBack())).isEqualTo(Rejection.STORE_UNAVAILABLE);
            assertThat(inTransaction(elsewhere, other, Shop.operation("a"), Shop.answered(201, "x")))
                    .isInstanceOf(Answer.Fresh.class);
        }
    }

    @Test
    void a_commit_without_an_acknowledgement_is_looked_into_S29() throws Exception {
        for (Moment moment : Moment.values()) {
            String key = moment.name();
            try (TcpFaultProxy proxy = new TcpFaultProxy(port);
                    HikariDataSource cut = Databases.pool(
                            pool.getJdbcUrl().replace(":" + port + "/", ":" + proxy.port() + "/")
                                    + "&prepareThreshold=0",
                            1);
                    Connection connection = cut.getConnection()) {
                proxy.cutAt("COMMIT", moment);
                Answer answer = inTransaction(engine, connection, Shop.operation(key), Shop.answered(201, "done"));
                assertThat(proxy.isArmed()).isFalse();
                if (moment == Moment.BEFORE_REQUEST) {
                    assertThat(rejection(answer)).isEqualTo(Rejection.STORE_UNAVAILABLE);
                    assertThat(shop.orders(key)).isZero();
                } else {
                    assertThat(answer).isInstanceOf(Answer.Fresh.class);
                    assertThat(shop.orders(key)).isEqualTo(1);
                }
            }
        }
    }

    private static Rejection rejection(Answer answer) {
        return TransactionalContract.rejection(answer);
    }
}
