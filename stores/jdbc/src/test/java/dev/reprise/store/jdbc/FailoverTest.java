package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.OperationPolicy.Uncertain;
import dev.reprise.TransactionalEngine;
import dev.reprise.testkit.FullProof;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.PostgresServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * PostgreSQL with a synchronous standby: the primary is killed under load, the standby promoted, and everything goes on.
 * Nothing that was acknowledged is lost, and nothing happens twice. Beside other tests, on servers of its own.
 */
@Execution(ExecutionMode.CONCURRENT)
class FailoverTest {
    private static final int CALLERS = 8;
    private static final int AFTERWARDS = FullProof.WANTED ? 2_000 : 100;

    /** What a request does, again and again until its answer is final. */
    @FunctionalInterface
    private interface Request {
        Answer send(Operation operation) throws SQLException;
    }

    @Test
    void transactions_survive_the_primary() throws Exception {
        failOver((pool, shop) -> {
            JdbcTransactionalStore store = JdbcTransactionalStore.open(pool, TableName.DEFAULT);
            TransactionalEngine<Connection> engine =
                    TransactionalEngine.over(JdbcTransactions.of(pool), store).build();
            return new Running(operation -> Shop.order(engine, operation, 201), List.of(engine::close));
        });
    }

    /** The handler is declared safe to run again, and asks the table before it orders. */
    @Test
    void leases_survive_the_primary() throws Exception {
        failOver((pool, shop) -> {
            JdbcStore store = JdbcStore.over(pool).open();
            IdempotencyEngine engine = IdempotencyEngine.over(store).build();
            Request request = operation -> engine.execute(operation, execution -> {
                String key = operation.id().key().value();
                // Counts what it put in: nothing, if the attempt before lost only the answer of its commit.
                shop.number("WITH put AS (INSERT INTO orders SELECT '" + key + "' WHERE NOT EXISTS (SELECT 1 FROM "
                        + "orders WHERE idempotency_key = '" + key + "') RETURNING 1) SELECT count(*) FROM put");
                return Shop.answered(201, "order " + key);
            });
            return new Running(request, List.of(engine::close, store::close));
        });
    }

    @FunctionalInterface
    private interface Service {
        Running over(DataSource pool, Shop shop);
    }

    /** A service, and what is closed with it, in this order. */
    private record Running(Request request, List<Runnable> parts) implements AutoCloseable {
        @Override
        public void close() {
            parts.forEach(Runnable::run);
        }
    }

    private static void failOver(Service service) throws Exception {
        PostgresServer.unavailable().ifPresent(Assumptions::abort);
        try (PostgresServer primary = PostgresServer.start("fsync=off");
                PostgresServer standby = primary.standby("other")) {
            HikariDataSource first = Databases.postgres(primary);
            HikariDataSource second = Databases.lazyPool(
                    first.getJdbcUrl().replace(":" + primary.port() + "/", ":" + standby.port() + "/"), 10);
            AtomicReference<DataSource> current = new AtomicReference<>(first);
            try (first;
                    second;
                    Running running = service.over(switching(current), new Shop(switching(current)))) {
                primary.execute(
                        "postgres", "ALTER SYSTEM SET synchronous_standby_names = 'other'", "SELECT pg_reload_conf()");
                Shop shop = Shop.in(first);
                AtomicInteger acknowledged = new AtomicInteger();
                AtomicBoolean over = new AtomicBoolean();
                Set<String> keys = ConcurrentHashMap.newKeySet();
                Thread failure = Thread.ofPlatform().start(() -> {
                    Awaitility.await().until(() -> acknowledged.get() > 50);
                    primary.kill();
                    standby.promote();
                    current.set(second);
                    int then = acknowledged.get();
                    Awaitility.await()
                            .atMost(Duration.ofMinutes(2))
                            .until(() -> acknowledged.get() > then + AFTERWARDS);
                    over.set(true);
                });
                AtomicInteger next = new AtomicInteger();
                Parallel.run(CALLERS, () -> {
                    while (!over.get()) {
                        String key = "failover-" + next.getAndIncrement();
                        insist(running.request(), key);
                        keys.add(key);
                        acknowledged.incrementAndGet();
                    }
                    return null;
                });
                failure.join();
                Shop after = new Shop(second);
                assertThat(shop).isNotNull();
                assertThat(keys).hasSizeGreaterThan(50 + AFTERWARDS);
                assertThat(after.number("SELECT count(*) FROM orders")).isEqualTo(keys.size());
                assertThat(after.number("SELECT count(DISTINCT idempotency_key) FROM orders"))
                        .isEqualTo(keys.size());
                assertThat(after.number("SELECT count(*) FROM reprise_operation WHERE state = 2"))
                        .isEqualTo(keys.size());
            }
        }
    }

    private static void insist(Request request, String key) {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        Operation operation = Shop.operation(
                key,
                1,
                Shop.POLICY
                        .withLease(Duration.ofSeconds(1))
                        .withMaxWait(Duration.ofSeconds(5))
                        .withUncertain(Uncertain.RERUN));
        while (true) {
            Object last;
            try {
                last = request.send(operation);
                if (!(last instanceof Answer.Reject)) {
                    return;
                }
            } catch (SQLException | AssertionError e) {
                last = e; // The handler's statement failed with its server.
            }
            assertThat(System.nanoTime()).as("%s after %s", key, last).isLessThan(end);
        }
    }

    /** Connections to whichever server is the primary, as a proxy in front of them or a driver would choose it. */
    private static DataSource switching(AtomicReference<DataSource> current) {
        return (DataSource) Proxy.newProxyInstance(
                FailoverTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    try {
                        return method.invoke(current.get(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
