package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.Decision;
import dev.reprise.OperationState;
import dev.reprise.Outcome;
import dev.reprise.Owner;
import dev.reprise.Rejection;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.TransactionalEngine;
import dev.reprise.TransactionalEngine.CommitRefusedException;
import dev.reprise.TransactionalExecution;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.testkit.FullProof;
import dev.reprise.testkit.Parallel;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the transactional guarantee promises, on every database. */
abstract class TransactionalContract {
    private static final int KEYS = FullProof.WANTED ? 200 : 20;
    private static final AtomicInteger UNIQUE = new AtomicInteger();

    HikariDataSource pool;
    Shop shop;
    TransactionalEngine<Connection> engine;
    /** Another process, as far as the database can tell. */
    TransactionalEngine<Connection> elsewhere;

    @SuppressWarnings("NullAway.Init")
    TransactionalContract() {}

    abstract HikariDataSource openPool() throws Exception;

    /** What the engine is given in place of the store. */
    TransactionalStore<Connection> behind(TransactionalStore<Connection> store) {
        return store;
    }

    @BeforeEach
    final void open() throws Exception {
        pool = openPool();
        TransactionalStore<Connection> store = behind(JdbcTransactionalStore.open(pool, TableName.DEFAULT));
        shop = Shop.in(pool);
        engine = TransactionalEngine.over(JdbcTransactions.of(pool), store).build();
        elsewhere = TransactionalEngine.over(JdbcTransactions.of(pool), store).build();
    }

    @AfterEach
    final void close() {
        engine.close();
        elsewhere.close();
        pool.close();
    }

    static String newKey() {
        return "order-" + UNIQUE.incrementAndGet();
    }

    @SuppressWarnings("unchecked")
    static TransactionalExecution<Connection> execution(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Execute.class);
        return (TransactionalExecution<Connection>) ((Decision.Execute) decision).execution();
    }

    @Test
    void the_record_commits_with_the_work_and_a_retry_is_a_replay_S7() throws Exception {
        String key = newKey();

        Answer first = Shop.order(engine, Shop.operation(key), 201);
        Answer retry = Shop.order(engine, Shop.operation(key), 201);

        assertThat(first).isInstanceOfSatisfying(Answer.Fresh.class, fresh -> {
            assertThat(fresh.response()).isEqualTo(Shop.response(201, "order " + key));
            assertThat(fresh.retention()).isEqualTo(Shop.POLICY.retention());
        });
        assertThat(retry)
                .isInstanceOfSatisfying(
                        Answer.Replay.class,
                        replay -> assertThat(replay.response()).isEqualTo(Shop.response(201, "order " + key)));
        assertThat(shop.orders(key)).isEqualTo(1);
    }

    @Test
    void a_refusal_of_the_handler_commits_with_its_record_S14() throws Exception {
        String key = newKey();

        Shop.order(engine, Shop.operation(key), 422);

        assertThat(shop.orders(key)).isEqualTo(1);
        assertThat(Shop.order(elsewhere, Shop.operation(key), 201)).isInstanceOf(Answer.Replay.class);
    }

    @Test
    void an_answer_of_500_rolls_back_and_frees_the_key_at_once_S15() throws Exception {
        String key = newKey();

        Answer failed = Shop.order(engine, Shop.operation(key), 503);

        assertThat(failed).isInstanceOfSatisfying(Answer.Fresh.class, fresh -> {
            assertThat(fresh.response().status()).isEqualTo(503);
            assertThat(fresh.retention()).isZero();
        });
        assertThat(shop.orders(key)).isZero();
        assertThat(Shop.order(elsewhere, Shop.operation(key), 201)).isInstanceOf(Answer.Fresh.class);
        assertThat(shop.orders(key)).isEqualTo(1);
    }

    @Test
    void a_handler_that_throws_rolls_back_and_frees_the_key_at_once_S15() throws Exception {
        String key = newKey();

        assertThatThrownBy(() -> engine.execute(Shop.operation(key), execution -> {
                    Shop.order(execution.transaction(), key);
                    throw new IllegalStateException("out of stock");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("out of stock");

        assertThat(shop.orders(key)).isZero();
        assertThat(Shop.order(elsewhere, Shop.operation(key), 201)).isInstanceOf(Answer.Fresh.class);
    }

    @Test
    void another_request_under_the_same_key_is_refused_and_changes_nothing_S9_S10() throws Exception {
        String key = newKey();
        Shop.order(engine, Shop.operation(key), 201);

        assertThat(Shop.order(elsewhere, Shop.operation(key, 2, Shop.POLICY), 201))
                .isEqualTo(new Answer.Reject(Rejection.PAYLOAD_MISMATCH, Duration.ZERO));
        assertThat(Shop.order(elsewhere, Shop.operation(key), 201)).isInstanceOf(Answer.Replay.class);
    }

    @Test
    void a_duplicate_of_a_running_operation_is_told_without_blocking_S8() throws Exception {
        String key = newKey();
        TransactionalExecution<Connection> running = execution(engine.begin(Shop.operation(key)));
        Shop.order(running.transaction(), key);

        assertThat(rejection(engine.begin(Shop.operation(key)))).isEqualTo(Rejection.IN_PROGRESS);
        assertThat(rejection(engine.begin(Shop.operation(key, 2, Shop.POLICY))))
                .as("another payload, in the same process")
                .isEqualTo(Rejection.PAYLOAD_MISMATCH);
        assertThat(rejection(elsewhere.begin(Shop.operation(key))))
                .as("elsewhere")
                .isEqualTo(Rejection.IN_PROGRESS);

        running.finish(Shop.answered(201, "done"));
        assertThat(elsewhere.begin(Shop.operation(key))).isInstanceOf(Answer.Replay.class);
    }

    @Test
    void a_duplicate_that_waits_gets_the_replay_and_holds_no_connection_meanwhile_S8() throws Exception {
        String key = newKey();
        TransactionalExecution<Connection> running = execution(engine.begin(Shop.operation(key)));
        int before = pool.getHikariPoolMXBean().getActiveConnections();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger started = new AtomicInteger();

        List<Answer> answers = Parallel.run(9, () -> {
            if (started.incrementAndGet() == 9) {
                // The others wait by now or soon; either way they may not hold what they do not use.
                for (int i = 0; i < 50; i++) {
                    most.accumulateAndGet(pool.getHikariPoolMXBean().getActiveConnections(), Math::max);
                    Thread.onSpinWait();
                }
                return running.finish(Shop.answered(201, "done"));
            }
            return Shop.order(engine, Shop.waiting(key, Duration.ofSeconds(30)), 201);
        });

        assertThat(answers).filteredOn(Answer.Fresh.class::isInstance).hasSize(1);
        assertThat(answers).filteredOn(Answer.Replay.class::isInstance).hasSize(8);
        assertThat(before).isEqualTo(1);
        assertThat(most).as("connections while eight duplicates waited").hasValue(1);
    }

    @Test
    void a_duplicate_elsewhere_that_waits_gets_the_replay_S8() throws Exception {
        String key = newKey();
        TransactionalExecution<Connection> running = execution(engine.begin(Shop.operation(key)));
        AtomicInteger started = new AtomicInteger();

        List<Answer> answers = Parallel.run(
                2,
                () -> started.incrementAndGet() == 1
                        ? Shop.order(elsewhere, Shop.waiting(key, Duration.ofSeconds(30)), 201)
                        : running.finish(Shop.answered(201, "done")));

        assertThat(answers)
                .anySatisfy(answer -> assertThat(answer).isInstanceOf(Answer.Replay.class))
                .anySatisfy(answer -> assertThat(answer).isInstanceOf(Answer.Fresh.class));
    }

    @Test
    void fifty_duplicates_of_each_key_execute_it_once_S16() throws Exception {
        List<String> keys = java.util.stream.Stream.generate(TransactionalContract::newKey)
                .limit(KEYS)
                .toList();

        for (String key : keys) {
            AtomicInteger next = new AtomicInteger();
            List<Answer> answers = Parallel.run(
                    50,
                    () -> Shop.order(
                            next.getAndIncrement() % 2 == 0 ? engine : elsewhere,
                            Shop.waiting(key, Duration.ofSeconds(60)),
                            201));
            assertThat(answers).filteredOn(Answer.Fresh.class::isInstance).hasSize(1);
            assertThat(answers).filteredOn(Answer.Replay.class::isInstance).hasSize(49);
        }

        assertThat(keys).allSatisfy(key -> assertThat(shop.orders(key)).isEqualTo(1));
    }

    @Test
    void an_expired_record_makes_way_and_comes_back_if_the_new_transaction_rolls_back_S23() throws Exception {
        String key = newKey();
        Shop.order(engine, Shop.operation(key), 201);
        Databases.elapse(pool, Shop.POLICY.retention().plusMillis(1));

        Shop.order(engine, Shop.operation(key), 500);
        assertThat(shop.orders(key)).isEqualTo(1);
        assertThat(Shop.order(engine, Shop.operation(key), 201)).isInstanceOf(Answer.Fresh.class);

        assertThat(shop.orders(key)).isEqualTo(2);
        assertThat(Shop.order(engine, Shop.operation(key), 201)).isInstanceOf(Answer.Replay.class);
    }

    @Test
    void expired_records_are_purged_and_nothing_else() throws Exception {
        String old = newKey();
        Shop.order(engine, Shop.operation(old), 201);
        Databases.elapse(pool, Shop.POLICY.retention().plusMillis(1));
        String recent = newKey();
        Shop.order(engine, Shop.operation(recent), 201);
        JdbcTransactionalStore store = JdbcTransactionalStore.open(pool, TableName.DEFAULT);

        assertThat(store.purgeExpired(1_000)).isPositive();

        assertThat(store.purgeExpired(1_000)).isZero();
        assertThat(Shop.order(engine, Shop.operation(recent), 201)).isInstanceOf(Answer.Replay.class);
    }

    @Test
    void what_a_lease_holder_does_and_what_a_transaction_does_exclude_each_other() throws Exception {
        String leased = newKey();
        String transacted = newKey();
        try (JdbcStore store =
                JdbcStore.over(pool).timeLimit(Duration.ofSeconds(10)).open()) {
            Acquisition acquisition = store.acquire(claim(leased));
            assertThat(rejection(engine.begin(Shop.operation(leased)))).isEqualTo(Rejection.IN_PROGRESS);
            Response response = Shop.response(200, "by lease");
            assertThat(store.complete(((Acquisition.Acquired) acquisition).lease(), response, Shop.POLICY.retention()))
                    .isEqualTo(LeaseStatus.HELD);
            assertThat(engine.begin(Shop.operation(leased)))
                    .isInstanceOfSatisfying(
                            Answer.Replay.class,
                            replay -> assertThat(replay.response()).isEqualTo(response));

            Shop.order(engine, Shop.operation(transacted), 201);
            assertThat(store.acquire(claim(transacted)))
                    .isInstanceOfSatisfying(
                            Acquisition.Existing.class,
                            existing ->
                                    assertThat(existing.record().state()).isInstanceOf(OperationState.Completed.class));
        }
    }

    static Claim claim(String key) {
        return new Claim(
                Shop.id(key),
                new RequestFingerprint(1, new byte[] {1}),
                new Owner("test", UNIQUE.incrementAndGet()),
                Shop.POLICY.lease());
    }

    /** Only PostgreSQL refuses to go on in such a transaction; and its COMMIT says that all is well, and rolls back. */
    @Test
    void an_error_that_the_handler_hid_is_told_and_nothing_is_committed_S15() throws Exception {
        String key = newKey();
        AtomicInteger runs = new AtomicInteger();
        TransactionalEngine.Handler<Connection, SQLException> careless = execution -> {
            runs.incrementAndGet();
            Shop.order(execution.transaction(), key);
            try (Statement statement = execution.transaction().createStatement()) {
                statement.execute("INSERT INTO no_such_table VALUES (1)");
            } catch (SQLException e) {
                // Careless handlers do this.
            }
            return Shop.answered(201, "done");
        };

        Answer answer;
        try {
            answer = engine.execute(Shop.operation(key), careless);
        } catch (CommitRefusedException e) {
            assertThat(e).hasMessageContaining("no_such_table");
            assertThat(runs).as("the same again would be refused again").hasValue(1);
            assertThat(shop.orders(key)).isZero();
            answer = Shop.order(elsewhere, Shop.operation(key), 201);
        }

        assertThat(answer).isInstanceOf(Answer.Fresh.class);
        assertThat(shop.orders(key)).isEqualTo(1);
    }

    static Rejection rejection(Decision decision) {
        if (decision instanceof Decision.Execute(var execution)) {
            execution.finish(new Outcome.NotExecuted(Shop.response(500, "not expected")));
        }
        assertThat(decision).isInstanceOf(Answer.Reject.class);
        return ((Answer.Reject) decision).reason();
    }
}
