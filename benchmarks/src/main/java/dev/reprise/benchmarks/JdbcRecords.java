package dev.reprise.benchmarks;

import dev.reprise.Decision;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Outcome;
import dev.reprise.Response;
import dev.reprise.store.jdbc.JdbcStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * First executions under leases on PostgreSQL with few finished records, with many, and while many expired ones are
 * deleted. Many are inserted by the server itself, as rows of the same size.
 *
 * <p>Arguments: many records (10000000), few records (10000), expired records (1000000), rounds (5), seconds per turn (10),
 * callers (16).
 */
final class JdbcRecords {
    private static final int CONNECTIONS = 8;

    private JdbcRecords() {}

    public static void main(String[] arguments) throws Exception {
        int many = Arguments.number(arguments, 0, 10_000_000);
        int few = Arguments.number(arguments, 1, 10_000);
        int expired = Arguments.number(arguments, 2, 1_000_000);
        int rounds = Arguments.number(arguments, 3, 5);
        Duration turn = Duration.ofSeconds(Arguments.number(arguments, 4, 10));
        int callers = Arguments.number(arguments, 5, 16);
        try (Postgres small = new Postgres(CONNECTIONS);
                Postgres large = new Postgres(CONNECTIONS)) {
            fill(small, few, 86_400);
            fill(large, many, 86_400);
            List<Double> fewP99 = new ArrayList<>();
            List<Double> manyP99 = new ArrayList<>();
            List<Double> purgingP99 = new ArrayList<>();
            long purged = 0;
            for (int round = 1; round <= rounds; round++) {
                fewP99.add(p99(small, callers, turn, false));
                manyP99.add(p99(large, callers, turn, false));
                fill(large, expired, -1);
                long before = left(large);
                purgingP99.add(p99(large, callers, turn, true));
                purged += before - left(large);
                System.err.printf(
                        "round %d: p99 %.2f ms with few, %.2f with many, %.2f while purging%n",
                        round, fewP99.getLast(), manyP99.getLast(), purgingP99.getLast());
            }
            System.out.println(Machine.describe() + ", PostgreSQL on the same machine, fsync on");
            System.out.printf("%d callers, %d rounds of %d s each, medians%n%n", callers, rounds, turn.toSeconds());
            System.out.println("| finished records | p99 ms of a first execution | ratio |");
            System.out.println("|---|---|---|");
            print(String.format("%,d", few), fewP99, fewP99);
            print(String.format("%,d", many), manyP99, fewP99);
            print(String.format("the same, while %,d expired ones are deleted", purged / rounds), purgingP99, manyP99);
        }
    }

    private static void print(String name, List<Double> mine, List<Double> other) {
        List<Double> ratios = Quantiles.ratios(mine, other);
        System.out.printf(
                "| %s | %.2f | %.2f (%.2f to %.2f) |%n",
                name,
                Quantiles.median(mine),
                Quantiles.median(ratios),
                Collections.min(ratios),
                Collections.max(ratios));
    }

    private static void fill(Postgres postgres, int records, int secondsLeft) {
        postgres.run("INSERT INTO reprise_operation (id, idempotency_key, principal, route, fingerprint_version, "
                + "fingerprint, token, attempt, created_at, ended_at, expires_at, state, status, headers, body) "
                + "SELECT substr(sha256(uuid_send(gen_random_uuid())), 1, 24), gen_random_uuid(), "
                + "'3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', '/v1/charges', 1, "
                + "sha256('x'), 0, 1, now_us, now_us, now_us + " + secondsLeft + " * 1000000::bigint + n, 2, 201, "
                + "E'Content-Type\\napplication/json\\nLocation\\n/v1/charges/1\\n', "
                + "convert_to(repeat('abcdefghij', 42), 'UTF8') FROM generate_series(1, " + records + ") AS n, "
                + "(SELECT (extract(epoch FROM now()) * 1000000)::bigint AS now_us) AS clock");
        postgres.run("VACUUM ANALYZE reprise_operation");
        postgres.run("CHECKPOINT");
    }

    private static long left(Postgres postgres) {
        return postgres.number("SELECT count(*) FROM reprise_operation WHERE state = 2 AND expires_at <= "
                + "(extract(epoch FROM now()) * 1000000)::bigint");
    }

    private static double p99(Postgres postgres, int callers, Duration turn, boolean purge)
            throws InterruptedException, ExecutionException {
        Response response = SampleOperations.response(420);
        Outcome outcome = new Outcome.Answered(response, response);
        // A reaper that never gets its turn, or one that has it at once.
        Duration pause = purge ? Duration.ofMillis(1) : Duration.ofDays(1);
        try (JdbcStore store = JdbcStore.over(postgres.pool()).open();
                IdempotencyEngine engine =
                        IdempotencyEngine.over(store).reaper(pause, 50).build()) {
            Runnable execute = () -> {
                if (engine.begin(SampleOperations.fresh()) instanceof Decision.Execute one) {
                    one.execution().finish(outcome);
                } else {
                    throw new IllegalStateException("A fresh key was not executed");
                }
            };
            Load.run(callers, Duration.ofSeconds(2), execute);
            return Load.run(callers, turn, execute).p99Millis();
        }
    }
}
