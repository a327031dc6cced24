package dev.reprise.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Body;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationType;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Scope;
import dev.reprise.resumable.Codec;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.resumable.ResumableOperation;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Opening;
import dev.reprise.spi.ResumableStore.Progress;
import dev.reprise.spi.Transactions.Transaction;
import dev.reprise.store.jdbc.JdbcResumableStore;
import dev.reprise.store.jdbc.JdbcTransactions;
import dev.reprise.store.jdbc.TableName;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An operator sees what waits, and what nobody can run, without a burden on the database. */
class ResumableMetricsTest {
    private static final Codec<String> TEXT = Codecs.builtIn().of(String.class);
    private static final Scope SCOPE = new Scope("alice", "/rides");
    private static final Owner OWNER = new Owner("node", 1);

    private final HikariDataSource pool = pool();
    private final JdbcResumableStore store = JdbcResumableStore.open(pool, TableName.DEFAULT);
    private final JdbcTransactions transactions = JdbcTransactions.of(pool);
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final Resumable<String, String, Connection> bookRide = type("book-ride", 2, (input, steps) -> {
        steps.local("begin", connection -> {});
        return steps.remote("call", String.class, key -> {
            running.countDown();
            arrived.await();
            return input;
        });
    });
    private final ResumableEngine<Connection> engine = ResumableEngine.over(transactions, store)
            .register(bookRide)
            .completer(Duration.ofDays(1), 1)
            .build();
    private final MockClock clock = new MockClock();
    private final MeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);

    private static HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        config.setMaximumPoolSize(4);
        return new HikariDataSource(config);
    }

    private static Resumable<String, String, Connection> type(
            String name, int version, ResumableOperation<String, String, Connection> operation) {
        return Resumable.returning(new OperationType(name, version), TEXT, TEXT, operation);
    }

    @AfterEach
    void close() {
        arrived.countDown();
        engine.close();
        pool.close();
    }

    @Test
    void what_waits_is_counted_by_type_and_version_and_what_this_engine_cannot_run_is_stranded() {
        waiting("book-ride", 1, 2);
        waiting("book-ride", 2, 3);
        waiting("cancel-ride", 1, 1);

        new ResumableMetrics(engine).bindTo(registry);

        assertThat(backlog("book-ride", 1)).isEqualTo(2);
        assertThat(stranded("book-ride", 1)).isEqualTo(2);
        assertThat(backlog("book-ride", 2)).isEqualTo(3);
        assertThat(stranded("book-ride", 2)).isZero();
        assertThat(backlog("cancel-ride", 1)).isEqualTo(1);
        assertThat(stranded("cancel-ride", 1)).isEqualTo(1);
    }

    /** Otherwise an alert on the least of all nodes would overlook the node that can run it. */
    @Test
    void a_type_that_is_registered_is_shown_with_nothing_stranded_even_if_nothing_waits() {
        new ResumableMetrics(engine).bindTo(registry);

        assertThat(backlog("book-ride", 2)).isZero();
        assertThat(stranded("book-ride", 2)).isZero();
        assertThat(registry.find("reprise.operations.stranded").gauges()).hasSize(1);
    }

    @Test
    void how_long_the_oldest_waits_is_told_by_the_clock_of_the_database_but_not_of_what_is_paused() throws Exception {
        waiting("book-ride", 1, 1);
        waiting("book-ride", 2, 1);
        waiting("cancel-ride", 1, 1);
        store.pause("cancel-ride", true);
        try (Connection connection = pool.getConnection();
                Statement age = connection.createStatement()) {
            age.executeUpdate("UPDATE reprise_operation SET lease_end = lease_end - 600000000, "
                    + "not_before = not_before - 600000000 WHERE type_version = 1");
        }

        new ResumableMetrics(engine).bindTo(registry);

        assertThat(oldest("book-ride", 1)).isBetween(600.0, 700.0);
        assertThat(oldest("book-ride", 2)).isBetween(0.0, 100.0);
        assertThat(oldest("cancel-ride", 1)).isZero();
        assertThat(backlog("cancel-ride", 1)).isEqualTo(1);
    }

    @Test
    void the_database_is_asked_once_in_a_refresh_however_often_somebody_looks() {
        waiting("cancel-ride", 1, 1);
        new ResumableMetrics(engine, Duration.ofSeconds(10)).bindTo(registry);
        waiting("cancel-ride", 1, 4);

        clock.add(Duration.ofSeconds(9));
        assertThat(stranded("cancel-ride", 1)).isEqualTo(1);

        clock.add(Duration.ofSeconds(1));
        assertThat(stranded("cancel-ride", 1)).isEqualTo(5);
    }

    @Test
    void what_is_stranded_later_is_shown_later_and_is_zero_when_it_is_gone() {
        new ResumableMetrics(engine, Duration.ofSeconds(10)).bindTo(registry);
        List<OperationId> waiting = waiting("cancel-ride", 1, 1);

        clock.add(Duration.ofSeconds(10));
        assertThat(backlog("book-ride", 2)).isZero();
        assertThat(stranded("cancel-ride", 1)).isEqualTo(1);

        assertThat(store.takeOver(new OperationType("cancel-ride", 1), () -> OWNER, Duration.ofHours(1), 9))
                .extracting(Lease::id)
                .isEqualTo(waiting);
        clock.add(Duration.ofSeconds(10));
        assertThat(stranded("cancel-ride", 1)).isZero();
    }

    @Test
    void more_types_than_have_series_of_their_own_are_added_up() {
        for (int version = 1; version <= ResumableMetrics.MOST_TYPES + 4; version++) {
            waiting("cancel-ride", version, 2);
        }

        new ResumableMetrics(engine).bindTo(registry);

        assertThat(registry.find("reprise.operations.stranded").gauges()).hasSize(ResumableMetrics.MOST_TYPES + 1);
        // One series is that of the registered type.
        assertThat(gauge("reprise.operations.stranded", "others", "")).isEqualTo(2 * 5);
        assertThat(registry.find("reprise.operations.stranded").gauges().stream()
                        .mapToDouble(Gauge::value)
                        .sum())
                .isEqualTo(2 * (ResumableMetrics.MOST_TYPES + 4));
    }

    @Test
    void a_database_that_does_not_answer_gives_no_number_rather_than_an_old_one() {
        waiting("cancel-ride", 1, 1);
        new ResumableMetrics(engine).bindTo(registry);
        assertThat(stranded("cancel-ride", 1)).isEqualTo(1);

        pool.close();
        clock.add(Duration.ofMinutes(1));

        assertThat(stranded("cancel-ride", 1)).isNaN();
        assertThat(backlog("book-ride", 2)).isNaN();
        assertThat(oldest("book-ride", 2)).isNaN();
    }

    @Test
    void what_runs_here_is_counted_at_once() throws Exception {
        new ResumableMetrics(engine).bindTo(registry);
        assertThat(registry.get("reprise.operations.running").gauge().value()).isZero();

        assertThat(engine.start(id("running"), bookRide, "to the airport")).isEmpty();
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(registry.get("reprise.operations.running").gauge().value()).isEqualTo(1);
    }

    @Test
    void what_happens_to_operations_is_counted_with_the_names_of_the_gateway() {
        arrived.countDown();
        try (ResumableEngine<Connection> metered = ResumableEngine.over(transactions, store)
                .register(bookRide)
                .listener(new IdempotencyMetrics(registry))
                .build()) {
            new ResumableMetrics(metered).bindTo(registry);

            metered.run(id("ride-1"), bookRide, "to the airport", Duration.ZERO);
            metered.run(id("ride-1"), bookRide, "to the airport", Duration.ZERO);
        }

        assertThat(events("executed")).isEqualTo(1);
        assertThat(events("replayed")).isEqualTo(1);
    }

    @Test
    void a_refresh_that_is_not_positive_is_refused() {
        assertThatThrownBy(() -> new ResumableMetrics(engine, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
    }

    private long events(String event) {
        return registry.get("reprise.operations")
                .tags("event", event, "route", "/rides")
                .timer()
                .count();
    }

    private double backlog(String type, int version) {
        return gauge("reprise.operations.backlog", type, String.valueOf(version));
    }

    private double stranded(String type, int version) {
        return gauge("reprise.operations.stranded", type, String.valueOf(version));
    }

    private double oldest(String type, int version) {
        return gauge("reprise.operations.oldest", type, String.valueOf(version));
    }

    private double gauge(String name, String type, String version) {
        return registry.get(name)
                .tag("type", type)
                .tag("version", version)
                .gauge()
                .value();
    }

    private static OperationId id(String key) {
        return new OperationId(SCOPE, new IdempotencyKey(key));
    }

    /** Operations that anybody may go on with now. */
    private List<OperationId> waiting(String type, int version, int count) {
        return IntStream.range(0, count)
                .mapToObj(ignored -> waiting(new OperationType(type, version)))
                .toList();
    }

    private OperationId waiting(OperationType type) {
        OperationId id = id(UUID.randomUUID().toString());
        try (Transaction<Connection> transaction = transactions.begin()) {
            RequestFingerprint fingerprint = new RequestFingerprint(1, new byte[] {1});
            Lease lease = store.start(
                    transaction.handle(),
                    new Opening(id, fingerprint, type, Body.of(new byte[0]), OWNER, Duration.ofHours(1)),
                    List.of());
            Progress waits = new Progress(List.of(), new Next.Wait(Duration.ZERO, ""));
            assertThat(store.write(transaction.handle(), lease, waits)).isEqualTo(LeaseStatus.HELD);
            transaction.commit();
        }
        return id;
    }
}
