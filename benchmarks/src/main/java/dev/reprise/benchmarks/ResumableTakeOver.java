package dev.reprise.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationType;
import dev.reprise.Scope;
import dev.reprise.resumable.Codec;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.resumable.ResumableOperation;
import dev.reprise.resumable.ResumablePolicy;
import dev.reprise.store.jdbc.JdbcResumableStore;
import dev.reprise.store.jdbc.JdbcTransactions;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.ChildProcess;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * How long it takes from the kill -9 of a node to the end of its operation on another node, beyond the lease.
 *
 * <p>Arguments: rounds (5), lease in milliseconds (30000, which is the default of the engine). Given a port, a lease and a key, it is the node that is killed.
 */
final class ResumableTakeOver {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Codec<String> TEXT = Codecs.builtIn().of(String.class);

    private ResumableTakeOver() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 3) {
            beKilled(arguments[0], Duration.ofMillis(Long.parseLong(arguments[1])), arguments[2]);
            return;
        }
        int rounds = Arguments.number(arguments, 0, 5);
        Duration lease = Duration.ofMillis(Arguments.number(arguments, 1, 30_000));
        Resumable<String, String, Connection> type =
                type(lease, (input, steps) -> steps.remote("call", String.class, key -> "done"));
        List<Double> seconds = new ArrayList<>();
        try (Postgres postgres = new Postgres(4);
                ResumableEngine<Connection> engine = engine(postgres.pool(), type)) {
            for (int round = 0; round < rounds; round++) {
                seconds.add(round(postgres, engine, lease, "journey-" + round));
                System.err.printf("round %d: %.2f s%n", round + 1, seconds.getLast());
            }
        }
        System.out.println(Machine.describe() + ", PostgreSQL on the same machine");
        System.out.printf(
                "A lease of %.1f s, %d rounds: from the kill to the end %.2f s (median), %.2f s (worst)%n",
                lease.toMillis() / 1e3,
                rounds,
                Quantiles.median(seconds),
                seconds.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
    }

    private static double round(Postgres postgres, ResumableEngine<Connection> engine, Duration lease, String key)
            throws Exception {
        List<String> arguments = List.of(postgres.url(), Long.toString(lease.toMillis()), key);
        try (ChildProcess node = ChildProcess.java(ResumableTakeOver.class, List.of(), arguments)) {
            node.awaitLine(line -> line.equals("calling"), PATIENCE);
            node.kill();
            long killed = System.nanoTime();
            while (!(engine.find(id(key)).orElseThrow().record().state() instanceof Completed)) {
                Thread.sleep(10);
            }
            return (System.nanoTime() - killed) / 1e9;
        }
    }

    private static void beKilled(String url, Duration lease, String key) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        Resumable<String, String, Connection> type = type(
                lease,
                (input, steps) -> steps.remote("call", String.class, ignored -> {
                    System.out.println("calling");
                    never.await();
                    return "never";
                }));
        try (HikariDataSource pool = Postgres.pool(url, 2);
                ResumableEngine<Connection> engine = engine(pool, type)) {
            var ignored = engine.run(id(key), type, "input", Duration.ZERO);
            never.await();
        }
    }

    private static ResumableEngine<Connection> engine(
            HikariDataSource pool, Resumable<String, String, Connection> type) {
        return ResumableEngine.over(JdbcTransactions.of(pool), JdbcResumableStore.open(pool, TableName.DEFAULT))
                .register(type)
                .build();
    }

    private static Resumable<String, String, Connection> type(
            Duration lease, ResumableOperation<String, String, Connection> code) {
        return Resumable.returning(new OperationType("journey", 1), TEXT, TEXT, code)
                .with(ResumablePolicy.DEFAULT.withLease(lease));
    }

    private static OperationId id(String key) {
        return new OperationId(new Scope("alice", "/journeys"), new IdempotencyKey(key));
    }
}
