package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.Operation;
import dev.reprise.Rejection;
import dev.reprise.TransactionalEngine;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.Transactions;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Requests of one key that arrive in one process while the first of them still looks what the database has. That look is no
 * work: what it finds is good for all of them, and nobody is told to be in progress because of it.
 */
class LookingTogetherTest {
    private static final int BESIDE = 20;
    private static final Operation RECORDED = Shop.operation("k");

    private final HikariDataSource pool = Databases.h2("looking");
    private final Shop shop = Shop.in(pool);
    private final JdbcTransactionalStore store = JdbcTransactionalStore.open(pool, TableName.DEFAULT);
    private final WaitingRuntime runtime = new WaitingRuntime();
    private final AtomicInteger looks = new AtomicInteger();
    private final CountDownLatch isLooking = new CountDownLatch(1);
    private final CountDownLatch maySee = new CountDownLatch(1);

    @AfterEach
    void close() {
        pool.close();
    }

    private TransactionalEngine<Connection> engine(Transactions<Connection> transactions) {
        return TransactionalEngine.over(transactions, store).runtime(runtime).build();
    }

    /** Begins when it may. */
    private Transactions<Connection> slowly(Transactions<Connection> transactions) {
        return () -> {
            looks.incrementAndGet();
            isLooking.countDown();
            try {
                maySee.await();
            } catch (InterruptedException e) {
                throw new StoreException("interrupted", e);
            }
            return transactions.begin();
        };
    }

    /** What those are told who come while the first one looks. */
    private List<Answer> beside(Operation first, Operation others, Transactions<Connection> transactions)
            throws Exception {
        try (TransactionalEngine<Connection> engine = engine(slowly(transactions));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                Future<Answer> ignored = threads.submit(() -> Shop.order(engine, first, 201));
                assertThat(isLooking.await(10, TimeUnit.SECONDS)).isTrue();
                List<Future<Answer>> answers = IntStream.range(0, BESIDE)
                        .mapToObj(i -> threads.submit(() -> Shop.order(engine, others, 201)))
                        .toList();
                assertThat(runtime.awaitWaiting(BESIDE))
                        .as("they wait for the look")
                        .isTrue();
                maySee.countDown();
                return answers.stream().map(LookingTogetherTest::told).toList();
            } finally {
                maySee.countDown();
            }
        }
    }

    private static Answer told(Future<Answer> answer) {
        try {
            return answer.get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private void record() throws Exception {
        try (TransactionalEngine<Connection> engine = engine(JdbcTransactions.of(pool))) {
            Shop.order(engine, RECORDED, 201);
        }
    }

    @Test
    void all_replays_of_a_finished_key_are_replays_and_one_of_them_has_looked_S7() throws Exception {
        record();

        assertThat(beside(RECORDED, RECORDED, JdbcTransactions.of(pool)))
                .hasSize(BESIDE)
                .allSatisfy(answer -> assertThat(answer)
                        .isInstanceOfSatisfying(
                                Answer.Replay.class,
                                replay -> assertThat(replay.response()).isEqualTo(Shop.response(201, "order k"))));
        assertThat(looks).hasValue(1);
        assertThat(shop.orders("k")).isEqualTo(1);
    }

    @Test
    void another_request_is_held_against_what_was_seen_S9() throws Exception {
        record();

        assertThat(beside(RECORDED, Shop.operation("k", 2, Shop.POLICY), JdbcTransactions.of(pool)))
                .hasSize(BESIDE)
                .allSatisfy(answer -> assertRejected(answer, Rejection.PAYLOAD_MISMATCH));
    }

    @Test
    void a_look_that_fails_has_failed_for_all_of_them_S22() throws Exception {
        assertThat(beside(RECORDED, RECORDED, () -> {
                    throw new StoreException("down", null);
                }))
                .hasSize(BESIDE)
                .allSatisfy(answer -> assertRejected(answer, Rejection.STORE_UNAVAILABLE));
        assertThat(looks).hasValue(1);
    }

    private static void assertRejected(Answer answer, Rejection expected) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Answer.Reject.class,
                        reject -> assertThat(reject.reason()).isEqualTo(expected));
    }
}
