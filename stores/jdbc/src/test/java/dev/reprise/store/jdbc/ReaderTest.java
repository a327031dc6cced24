package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationState.Completed;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Lease;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.Parallel;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Odd rows and odd durations concern those who ask for them, and nobody else. */
class ReaderTest {
    private final HikariDataSource pool = Databases.h2("reader-" + UUID.randomUUID());
    private final JdbcStore store =
            JdbcStore.over(pool).timeLimit(Duration.ofSeconds(20)).open();

    @AfterEach
    void close() {
        store.close();
        pool.close();
    }

    private Lease acquired(String key) {
        return ((Acquired) store.acquire(TransactionalContract.claim(key))).lease();
    }

    /** In several rounds, as it is chance which of them are read together. */
    @Test
    void a_row_that_cannot_be_read_fails_nobody_elses_look_up() throws Exception {
        for (int i = 0; i < 8; i++) {
            store.complete(acquired("row-" + i), Shop.response(200, "x"), Duration.ofHours(1));
        }
        Databases.execute(pool, "UPDATE reprise_operation SET state = 9 WHERE idempotency_key = 'row-4'");
        for (int round = 0; round < 20; round++) {
            AtomicInteger next = new AtomicInteger();
            List<String> found = Parallel.run(8, () -> {
                int number = next.getAndIncrement();
                try {
                    return number + " " + store.find(Shop.id("row-" + number)).isPresent();
                } catch (StoreException e) {
                    return number + " " + e.getMessage();
                }
            });
            assertThat(found)
                    .containsExactlyInAnyOrder(
                            "0 true",
                            "1 true",
                            "2 true",
                            "3 true",
                            "4 Could not read records: A record is in the unknown state 9",
                            "5 true",
                            "6 true",
                            "7 true");
        }
    }

    /** Not even where that was chosen for a store that does not answer. */
    @ParameterizedTest
    @ValueSource(strings = {"state = 9", "status = 7", "headers = 'no line break'"})
    void a_row_that_cannot_be_read_is_not_executed_again(String damage) {
        store.complete(acquired("odd"), Shop.response(200, "x"), Duration.ofHours(1));
        Databases.execute(pool, "UPDATE reprise_operation SET " + damage + " WHERE idempotency_key = 'odd'");
        OperationPolicy open = OperationPolicy.DEFAULT.withStoreFailure(OperationPolicy.StoreFailure.FAIL_OPEN);

        try (IdempotencyEngine engine = IdempotencyEngine.over(store).build()) {
            assertThat(engine.execute(Shop.operation("odd", 1, open), execution -> {
                        throw new AssertionError("executed");
                    }))
                    .isInstanceOf(Answer.Reject.class);
        }
        assertThatThrownBy(() -> store.acquire(TransactionalContract.claim("odd")))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.isUnreadable()).isTrue());
    }

    @Test
    void long_bodies_and_short_ones_are_found_side_by_side() throws Exception {
        List<Integer> lengths = List.of(0, 1, RecordRows.SHORT - 1, RecordRows.SHORT, RecordRows.SHORT + 1, 1_000_000);
        for (int length : lengths) {
            store.complete(acquired("long-" + length), Shop.response(200, "x".repeat(length)), Duration.ofHours(1));
        }
        store.complete(acquired("omitted"), Shop.response(200, "").withBody(Body.OMITTED), Duration.ofHours(1));
        AtomicInteger next = new AtomicInteger();

        List<Integer> found = Parallel.run(
                lengths.size(),
                () -> body("long-" + lengths.get(next.getAndIncrement())).length());

        assertThat(found).containsExactlyInAnyOrderElementsOf(lengths);
        assertThat(body("omitted").isOmitted()).isTrue();
    }

    private Body body(String key) {
        return ((Completed) store.find(Shop.id(key)).orElseThrow().state())
                .response()
                .body();
    }

    @Test
    void the_longest_durations_are_long_and_not_none() throws Exception {
        for (Duration forever : new Duration[] {ChronoUnit.FOREVER.getDuration(), Duration.ofSeconds(Long.MAX_VALUE)}) {
            Lease lease = acquired(UUID.randomUUID().toString());
            Lease endless = new Lease(lease.id(), lease.token(), 1, forever);
            store.renew(endless);
            assertThat(store.find(lease.id())
                            .orElseThrow()
                            .abandonedAt(java.time.Instant.now().plus(Duration.ofDays(9))))
                    .isFalse();
            store.complete(lease, Shop.response(200, "x"), Duration.ofHours(1));
            store.awaitChange(lease.id(), lease.token(), forever);
        }
        assertThatThrownBy(() -> JdbcStore.over(pool).timeLimit(ChronoUnit.FOREVER.getDuration()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most PT1H");
    }
}
