package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.Joined;
import dev.reprise.JoinedExecution;
import dev.reprise.Operation;
import dev.reprise.Rejection;
import dev.reprise.Response;
import dev.reprise.TransactionalEngine;
import java.sql.Connection;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Finished records in memory: retries without a connection, and nothing in it that was not committed. */
class CachedReplayTest {
    private final HikariDataSource pool = Databases.h2(UUID.randomUUID().toString());
    private final Shop shop = Shop.in(pool);
    private final JdbcTransactionalStore store =
            JdbcTransactionalStore.open(pool, TableName.DEFAULT).withCache(1 << 20);
    private final TransactionalEngine<Connection> engine = engine();

    private TransactionalEngine<Connection> engine() {
        return TransactionalEngine.over(JdbcTransactions.of(pool), store).build();
    }

    @AfterEach
    void close() {
        engine.close();
        pool.close();
    }

    @Test
    void from_the_second_retry_on_no_connection_is_needed_S17() throws Exception {
        Response first = ((Answer.Fresh) Shop.order(engine, Shop.operation("a"), 201)).response();
        assertThat(replayed("a")).isEqualTo(first);

        pool.close();
        assertThat(replayed("a")).isEqualTo(first);
        assertThat(refused(Shop.operation("a", 2, Shop.POLICY))).isEqualTo(Rejection.PAYLOAD_MISMATCH);
        assertThat(refused(Shop.operation("b"))).isEqualTo(Rejection.STORE_UNAVAILABLE);
    }

    private Response replayed(String key) throws Exception {
        return ((Answer.Replay) Shop.order(engine, Shop.operation(key), 201)).response();
    }

    private Rejection refused(Operation operation) throws Exception {
        return ((Answer.Reject) Shop.order(engine, operation, 201)).reason();
    }

    @Test
    void a_record_that_its_own_transaction_sees_and_takes_back_is_not_remembered_S15() throws Exception {
        try (Connection connection = pool.getConnection();
                TransactionalEngine<Connection> other = engine()) {
            connection.setAutoCommit(false);
            JoinedExecution<?> run = (JoinedExecution<?>) engine.join(connection, Shop.operation("a"));
            assertThat(run.record(Shop.answered(201, "done"))).isTrue();
            Joined again = other.join(connection, Shop.operation("a"));
            connection.rollback();
            run.rolledBack();
            assertThat(((Joined.Answered) again).answer()).isInstanceOf(Answer.Replay.class);
        }

        assertThat(Shop.order(engine, Shop.operation("a"), 201)).isInstanceOf(Answer.Fresh.class);
        assertThat(shop.orders("a")).isOne();
    }
}
