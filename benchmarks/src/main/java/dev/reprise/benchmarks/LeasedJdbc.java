package dev.reprise.benchmarks;

import dev.reprise.Answer;
import dev.reprise.Decision;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.Outcome;
import dev.reprise.Response;
import dev.reprise.benchmarks.Sides.Side;
import dev.reprise.store.jdbc.JdbcStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The leased guarantee on PostgreSQL, in turns with what it replaces: pairs of a claim and a completion against the same
 * two statements with a commit each; and replays, with and without the cache, against a SELECT by primary key.
 *
 * <p>Arguments: rounds (5), seconds per turn (10), callers of pairs (64), callers of replays (16), threads of the store (2).
 */
final class LeasedJdbc {
    private static final int CONNECTIONS = 20;
    private static final int REPLAYED = 10_000;

    private LeasedJdbc() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Arguments.number(arguments, 0, 5);
        Duration turn = Duration.ofSeconds(Arguments.number(arguments, 1, 10));
        int callers = Arguments.number(arguments, 2, 64);
        int replayers = Arguments.number(arguments, 3, 16);
        int threads = Arguments.number(arguments, 4, 2);
        try (Postgres postgres = new Postgres(CONNECTIONS);
                JdbcStore plain =
                        JdbcStore.over(postgres.pool()).threads(threads).open();
                JdbcStore caching = JdbcStore.over(postgres.pool())
                        .threads(threads)
                        .cacheBytes(64L << 20)
                        .open();
                IdempotencyEngine engine = IdempotencyEngine.over(plain).build();
                IdempotencyEngine cachingEngine =
                        IdempotencyEngine.over(caching).build();
                Payments payments = payments(postgres)) {
            System.err.println(Machine.describe());
            Response response = SampleOperations.response(420);
            Sides pairs = new Sides(
                    postgres,
                    List.of(
                            new Side("a commit for each", () -> pair(postgres, response)),
                            new Side("engine", () -> pair(engine, response))));
            pairs.run(callers, rounds, turn);
            JdbcStore.Statistics written = plain.statistics();
            Operation[] finished = new Operation[REPLAYED];
            for (int i = 0; i < REPLAYED; i++) {
                finished[i] = SampleOperations.withKey("finished-" + i);
            }
            AtomicInteger next = new AtomicInteger();
            Load.times(64, REPLAYED, () -> execute(engine, finished[next.getAndIncrement()], response));
            byte[][] ids = ids(postgres);
            Sides replays = new Sides(
                    postgres,
                    List.of(
                            new Side("SELECT", () -> payments.select(ids[random(ids.length)])),
                            new Side("replay", () -> replay(engine, finished)),
                            new Side("replay from the cache", () -> replay(cachingEngine, finished))));
            replays.run(replayers, rounds, turn);
            System.out.println(Machine.describe() + ", PostgreSQL on the same machine, fsync on");
            System.out.printf("%d callers, %d rounds of %d s each, medians%n%n", callers, rounds, turn.toSeconds());
            pairs.print();
            System.out.printf(
                    "Commits that write, for each pair of the engine: %.3f; the server counts look-ups as well%n%n",
                    2.0 * written.commits() / written.changes());
            System.out.printf("%d callers%n%n", replayers);
            replays.print();
        }
    }

    private static Payments payments(Postgres postgres) {
        postgres.run(Payments.TABLES);
        postgres.run(
                "ALTER TABLE by_hand ADD token bigserial, ADD state int NOT NULL DEFAULT 1, ADD lease_end timestamptz");
        return new Payments(postgres.pool());
    }

    /** Two statements of one row each, each with a commit of its own. */
    private static void pair(Postgres postgres, Response response) {
        String key = UUID.randomUUID().toString();
        try (Connection connection = postgres.pool().getConnection();
                PreparedStatement claim = connection.prepareStatement(
                        "INSERT INTO by_hand (scope, key, fingerprint, lease_end) VALUES (?, ?, ?, now() + interval '30 s')"
                                + " ON CONFLICT DO NOTHING")) {
            claim.setString(1, "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/v1/charges");
            claim.setString(2, key);
            claim.setBytes(3, new byte[32]);
            claim.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        try (Connection connection = postgres.pool().getConnection();
                PreparedStatement finish = connection.prepareStatement(
                        "UPDATE by_hand SET state = 2, status = ?, headers = ?, body = ? WHERE scope = ? AND key = ? AND "
                                + "state = 1")) {
            finish.setInt(1, 201);
            finish.setString(2, "Content-Type\napplication/json\nLocation\n/v1/charges/1\n");
            finish.setBytes(3, response.body().bytes());
            finish.setString(4, "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/v1/charges");
            finish.setString(5, key);
            finish.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pair(IdempotencyEngine engine, Response response) {
        if (!execute(engine, SampleOperations.fresh(), response)) {
            throw new IllegalStateException("A fresh key was not executed");
        }
    }

    private static boolean execute(IdempotencyEngine engine, Operation operation, Response response) {
        if (engine.begin(operation) instanceof Decision.Execute execute) {
            return execute.execution().finish(new Outcome.Answered(response, response)) instanceof Answer.Fresh;
        }
        return false;
    }

    private static void replay(IdempotencyEngine engine, Operation[] finished) {
        if (!(engine.begin(any(finished)) instanceof Answer.Replay)) {
            throw new IllegalStateException("A finished operation was not replayed");
        }
    }

    private static Operation any(Operation[] operations) {
        return operations[random(operations.length)];
    }

    private static int random(int bound) {
        return ThreadLocalRandom.current().nextInt(bound);
    }

    private static byte[][] ids(Postgres postgres) throws SQLException {
        try (Connection connection = postgres.pool().getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT array_agg(id) FROM reprise_operation WHERE idempotency_key LIKE 'finished-%'");
                java.sql.ResultSet rows = select.executeQuery()) {
            rows.next();
            return (byte[][]) rows.getArray(1).getArray();
        }
    }
}
