package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.IdempotencyKey;
import dev.reprise.Joined;
import dev.reprise.JoinedExecution;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.Rejection;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.TransactionalEngine;
import java.sql.Connection;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Finished records in memory: retries without a connection, and nothing in it that was not committed. */
class CachedReplayTest {
    private final HikariDataSource pool = Databases.h2(UUID.randomUUID().toString());
    private final Shop shop = Shop.in(pool);
    private final AtomicLong nanos = new AtomicLong();
    private final JdbcTransactionalStore store =
            JdbcTransactionalStore.open(pool, TableName.DEFAULT).withCache(1 << 20, nanos::get);
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

    @Test
    void what_has_expired_by_the_time_that_has_passed_is_looked_up_again_S28() throws Exception {
        Operation operation = Shop.operation("a", 1, Shop.POLICY.withRetention(Duration.ofSeconds(30)));
        Shop.order(engine, operation, 201);
        replayed("a");
        pool.close();

        nanos.addAndGet(Duration.ofSeconds(15).toNanos());
        replayed("a");
        nanos.addAndGet(Duration.ofSeconds(16).toNanos());
        assertThat(refused(operation)).isEqualTo(Rejection.STORE_UNAVAILABLE);
    }

    /** Another process may have erased the answer. */
    @Test
    void what_was_read_a_minute_ago_is_looked_up_again_S36() throws Exception {
        Shop.order(engine, Shop.operation("a"), 201);
        replayed("a");
        pool.close();

        nanos.addAndGet(FinishedCache.LONGEST.toNanos());
        replayed("a");
        nanos.incrementAndGet();
        assertThat(refused(Shop.operation("a"))).isEqualTo(Rejection.STORE_UNAVAILABLE);
    }

    @Test
    void another_callers_answer_is_not_found_under_the_same_key_S12() throws Exception {
        Shop.order(engine, Shop.operation("a"), 201);
        replayed("a");

        OperationId others = new OperationId(new Scope("bob", "/orders"), new IdempotencyKey("a"));
        assertThat(store.known(Shop.id("a"))).isPresent();
        assertThat(store.known(others)).isEmpty();
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
