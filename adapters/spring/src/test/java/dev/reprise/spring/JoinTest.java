package dev.reprise.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.Outcome;
import dev.reprise.Rejection;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.TransactionalEngine;
import dev.reprise.store.jdbc.JdbcTransactionalStore;
import dev.reprise.store.jdbc.TableName;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionTemplate;

/** An operation in the transaction of its caller is there with it, or not at all (S21). */
class JoinTest {
    private final HikariDataSource pool = new HikariDataSource();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private DataSourceTransactionManager manager;
    private SpringTransactions transactions;
    private TransactionalEngine<Connection> engine;
    private JdbcTemplate jdbc;
    private TransactionTemplate outer;

    @BeforeEach
    void open() {
        pool.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        manager = new DataSourceTransactionManager(pool);
        transactions = SpringTransactions.of(manager, pool);
        engine = TransactionalEngine.over(transactions, JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                .listener(event -> events.add(event.getClass().getSimpleName()))
                .build();
        jdbc = new JdbcTemplate(pool);
        outer = new TransactionTemplate(manager);
        jdbc.execute("CREATE TABLE orders (what VARCHAR(99))");
    }

    @AfterEach
    void close() {
        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        engine.close();
        pool.close();
    }

    private Answer order(String key) {
        return transactions.join(engine, operation(key), () -> {
            jdbc.update("INSERT INTO orders VALUES (?)", key);
            Response response = new Response(200, Headers.EMPTY, Body.of("ordered".getBytes(StandardCharsets.UTF_8)));
            return new Outcome.Answered(response, response);
        });
    }

    private int orders() {
        return jdbc.queryForList("SELECT what FROM orders").size();
    }

    @Test
    void the_work_and_the_record_commit_with_the_callers_transaction_S7() {
        Answer first = outer.execute(status -> order("k"));
        Answer second = outer.execute(status -> order("k"));

        assertThat(events).containsExactly("Executed", "Replayed");
        assertThat(first).isInstanceOf(Answer.Fresh.class);
        assertThat(second).isInstanceOf(Answer.Replay.class);
        assertThat(orders()).isOne();
    }

    @Test
    void a_rollback_of_the_callers_transaction_frees_the_key_S15() {
        outer.executeWithoutResult(status -> {
            assertThat(order("k")).isInstanceOf(Answer.Fresh.class);
            status.setRollbackOnly();
        });

        assertThat(events).hasSize(1).doesNotContain("Executed");
        assertThat(orders()).isZero();
        assertThat(outer.<Answer>execute(status -> order("k"))).isInstanceOf(Answer.Fresh.class);
        assertThat(orders()).isOne();
    }

    @Test
    void work_that_throws_takes_the_callers_transaction_with_it_even_if_that_is_hidden() {
        assertThatThrownBy(() -> outer.executeWithoutResult(status -> {
                    jdbc.update("INSERT INTO orders VALUES ('before')");
                    assertThatThrownBy(() -> transactions.join(engine, operation("k"), () -> {
                                jdbc.update("INSERT INTO orders VALUES ('half')");
                                throw new IllegalStateException("sold out");
                            }))
                            .hasMessage("sold out");
                }))
                .isInstanceOf(UnexpectedRollbackException.class);

        assertThat(orders()).isZero();
        assertThat(outer.<Answer>execute(status -> order("k"))).isInstanceOf(Answer.Fresh.class);
    }

    @Test
    void a_duplicate_beside_it_is_refused_at_once_S8() {
        Answer beside = outer.execute(status -> {
            order("k");
            return CompletableFuture.supplyAsync(() -> outer.execute(other -> order("k")))
                    .join();
        });

        assertThat(beside)
                .isInstanceOfSatisfying(
                        Answer.Reject.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(Rejection.IN_PROGRESS));
        assertThat(orders()).isOne();
    }

    @Test
    void without_a_transaction_there_is_nothing_to_join() {
        assertThatThrownBy(() -> order("k")).isInstanceOf(IllegalTransactionStateException.class);
    }

    private static Operation operation(String key) {
        RequestFingerprint fingerprint = new RequestFingerprint(1, new byte[32]);
        return new Operation(
                new OperationId(new Scope("alice", "/orders"), new IdempotencyKey(key)),
                RequestFingerprint.Source.of(fingerprint),
                OperationPolicy.DEFAULT);
    }
}
