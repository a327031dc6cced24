package dev.reprise.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Decision;
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
import dev.reprise.TransactionalExecution;
import dev.reprise.store.jdbc.JdbcTransactionalStore;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.Parallel;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What works through Spring works in the transaction in which its answer is recorded: both are there, or neither (S21). */
class SpringTransactionsTest {
    private final HikariDataSource pool = pool();
    private final DataSourceTransactionManager manager = new DataSourceTransactionManager(pool);
    private final JdbcTemplate jdbc = new JdbcTemplate(pool);
    private final TransactionTemplate inner = new TransactionTemplate(manager);
    private final TransactionalEngine<Connection> engine = TransactionalEngine.over(
                    SpringTransactions.of(manager, pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
            .build();

    private static HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        config.setMaximumPoolSize(4);
        config.setConnectionTimeout(2_000);
        return new HikariDataSource(config);
    }

    @BeforeEach
    void createTable() {
        jdbc.execute("CREATE TABLE orders (what VARCHAR(99) PRIMARY KEY)");
    }

    @AfterEach
    void close() {
        assertThat(TransactionSynchronizationManager.isActualTransactionActive())
                .isFalse();
        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        engine.close();
        pool.close();
    }

    private static Operation operation(String key) {
        RequestFingerprint fingerprint = new RequestFingerprint(1, new byte[32]);
        return new Operation(
                new OperationId(new Scope("alice", "/orders"), new IdempotencyKey(key)),
                RequestFingerprint.Source.of(fingerprint),
                OperationPolicy.DEFAULT);
    }

    private static Response response(int status) {
        return new Response(status, Headers.EMPTY, Body.of("ordered".getBytes(StandardCharsets.UTF_8)));
    }

    private TransactionalExecution<?> begin(String key) {
        return (TransactionalExecution<?>) ((Decision.Execute) engine.begin(operation(key))).execution();
    }

    private static Answer finish(TransactionalExecution<?> execution, int status) {
        return execution.finish(new Outcome.Answered(response(status), response(status)));
    }

    private void order(String what) {
        jdbc.update("INSERT INTO orders VALUES (?)", what);
    }

    private int orders() {
        return jdbc.queryForList("SELECT what FROM orders").size();
    }

    @Test
    void work_through_a_template_and_inner_transactions_commits_with_the_record() {
        TransactionalExecution<?> execution = begin("k");
        order("by the template");
        inner.executeWithoutResult(status -> order("in an inner transaction"));

        assertThat(finish(execution, 201)).isInstanceOf(Answer.Fresh.class);
        assertThat(orders()).isEqualTo(2);
        assertThat(engine.begin(operation("k"))).isInstanceOf(Answer.Replay.class);
    }

    @Test
    void work_is_rolled_back_with_an_error_of_the_server_S15() {
        TransactionalExecution<?> execution = begin("k");
        order("never");

        assertThat(finish(execution, 500)).isInstanceOf(Answer.Fresh.class);
        assertThat(orders()).isZero();
        assertThat(finish(begin("k"), 201)).isInstanceOf(Answer.Fresh.class);
    }

    @Test
    void a_transaction_that_an_inner_one_has_marked_lets_an_error_of_the_caller_out_and_keeps_nothing() {
        TransactionalExecution<?> execution = begin("k");
        order("never");
        assertThatThrownBy(() -> inner.executeWithoutResult(status -> {
                    throw new IllegalStateException("already ordered");
                }))
                .hasMessage("already ordered");

        assertThat(finish(execution, 409)).isInstanceOfSatisfying(Answer.Fresh.class, answer -> {
            assertThat(answer.response().status()).isEqualTo(409);
            assertThat(answer.retention()).isZero();
        });
        assertThat(orders()).isZero();
        assertThat(finish(begin("k"), 201)).isInstanceOf(Answer.Fresh.class);
    }

    @Test
    void a_transaction_that_is_marked_never_lets_a_success_out() {
        TransactionalExecution<?> execution = begin("k");
        inner.executeWithoutResult(status -> {
            order("never");
            status.setRollbackOnly();
        });

        assertThatThrownBy(() -> finish(execution, 201))
                .isInstanceOf(TransactionalEngine.CommitRefusedException.class)
                .hasMessageContaining("marked its transaction");
        assertThat(orders()).isZero();
        assertThat(finish(begin("k"), 201)).isInstanceOf(Answer.Fresh.class);
    }

    @Test
    void what_fails_after_the_commit_does_not_undo_it() {
        TransactionalExecution<?> execution = begin("k");
        order("a");
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                throw new IllegalStateException("The mail server is down");
            }
        });

        assertThat(finish(execution, 201)).isInstanceOf(Answer.Fresh.class);
        assertThat(orders()).isEqualTo(1);
        assertThat(engine.begin(operation("k"))).isInstanceOf(Answer.Replay.class);
    }

    @Test
    void duplicates_at_once_order_once_S8() throws Exception {
        List<Boolean> executed = Parallel.run(20, () -> {
            if (engine.begin(operation("k")) instanceof Decision.Execute(TransactionalExecution<?> execution)) {
                order(UUID.randomUUID().toString());
                finish(execution, 201);
                return true;
            }
            return false;
        });

        assertThat(executed).containsOnlyOnce(true);

        assertThat(orders()).isEqualTo(1);
    }

    @Test
    void a_request_that_is_in_progress_leaves_no_transaction_behind_S8() throws Exception {
        TransactionalExecution<?> running = begin("k");
        Thread duplicate = Thread.ofPlatform().start(() -> {
            assertThat(engine.begin(operation("k")))
                    .isInstanceOfSatisfying(
                            Answer.Reject.class,
                            answer -> assertThat(answer.reason()).isEqualTo(Rejection.IN_PROGRESS));
            assertThat(TransactionSynchronizationManager.isActualTransactionActive())
                    .isFalse();
        });
        duplicate.join();
        finish(running, 201);
    }

    @Test
    void a_request_within_a_transaction_is_a_mistake_and_is_told_so() {
        inner.executeWithoutResult(status -> assertThatThrownBy(() -> engine.begin(operation("k")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has to come after the idempotency filter"));
    }

    @Test
    void a_manager_of_another_database_is_a_mistake_and_is_told_so() {
        try (HikariDataSource other = pool()) {
            SpringTransactions wrong = SpringTransactions.of(new DataSourceTransactionManager(other), pool);

            assertThatThrownBy(wrong::begin)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("give both the same one");
            assertThat(other.getHikariPoolMXBean().getActiveConnections()).isZero();
        }
    }

    @Test
    void a_new_transaction_escapes_as_the_page_says() {
        TransactionTemplate requiresNew = new TransactionTemplate(manager);
        requiresNew.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        TransactionalExecution<?> execution = begin("k");
        requiresNew.executeWithoutResult(status -> order("escaped"));

        finish(execution, 500);

        assertThat(orders()).isEqualTo(1);
    }
}
