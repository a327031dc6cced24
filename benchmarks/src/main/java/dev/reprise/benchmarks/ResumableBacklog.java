package dev.reprise.benchmarks;

import dev.reprise.OperationType;
import dev.reprise.Owner;
import dev.reprise.store.jdbc.JdbcResumableStore;
import dev.reprise.store.jdbc.TableName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a completer's look for operations costs while few others wait, and while many do; on PostgreSQL. Half of them sleep, and
 * half wait for an answer. They are inserted by the server itself.
 *
 * <p>Arguments: many (1000000), few (1000), looks per round (500), rounds (5).
 */
final class ResumableBacklog {
    private static final OperationType TYPE = new OperationType("journey", 1);
    private static final String DUE = "SELECT id FROM reprise_operation WHERE state = 1 AND operation_type = 'journey' "
            + "AND type_version = 1 AND not_before <= (extract(epoch FROM statement_timestamp()) * 1000000)::bigint "
            + "AND lease_end <= (extract(epoch FROM statement_timestamp()) * 1000000)::bigint "
            + "ORDER BY not_before LIMIT 16 FOR UPDATE SKIP LOCKED";

    private ResumableBacklog() {}

    public static void main(String[] arguments) throws Exception {
        int many = Arguments.number(arguments, 0, 1_000_000);
        int few = Arguments.number(arguments, 1, 1_000);
        int looks = Arguments.number(arguments, 2, 500);
        int rounds = Arguments.number(arguments, 3, 5);
        try (Postgres small = new Postgres(2);
                Postgres large = new Postgres(2)) {
            fill(small, few);
            fill(large, many);
            List<Double> fewMicros = new ArrayList<>();
            List<Double> manyMicros = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                fewMicros.add(look(small, looks));
                manyMicros.add(look(large, looks));
                ratios.add(manyMicros.getLast() / fewMicros.getLast());
                System.err.printf(
                        "round %d: %.0f µs with few, %.0f µs with many%n",
                        round + 1, fewMicros.getLast(), manyMicros.getLast());
            }
            System.out.println(Machine.describe() + ", PostgreSQL on the same machine");
            System.out.printf("%d rounds of %d looks each, medians%n%n", rounds, looks);
            System.out.println("| waiting operations | µs per look | ratio |");
            System.out.println("|---|---|---|");
            System.out.printf("| %,d | %.0f | 1.00 |%n", few, Quantiles.median(fewMicros));
            System.out.printf(
                    "| %,d | %.0f | %.2f |%n%n", many, Quantiles.median(manyMicros), Quantiles.median(ratios));
            System.out.println(String.join("\n", large.lines("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + DUE)));
        }
    }

    private static void fill(Postgres postgres, int operations) {
        postgres.run("INSERT INTO reprise_operation (id, idempotency_key, principal, route, fingerprint_version, "
                + "fingerprint, token, attempt, created_at, state, operation_type, type_version, input, idle_attempts, "
                + "owner_node, owner_claim, not_before, lease_end) "
                + "SELECT substr(sha256(uuid_send(gen_random_uuid())), 1, 24), gen_random_uuid(), 'alice', '/journeys', 1, "
                + "sha256('x'), n, 1, now_us, 1, 'journey', 1, '\\x00', 0, 'node', n, wake, wake "
                + "FROM (SELECT n, now_us, CASE WHEN n % 2 = 0 THEN 9223372036854775807 "
                + "ELSE now_us + 86400000000 + n END AS wake FROM generate_series(1, " + operations + ") AS n, "
                + "(SELECT (extract(epoch FROM now()) * 1000000)::bigint AS now_us) AS clock) AS waiting");
        postgres.run("VACUUM ANALYZE reprise_operation");
    }

    /** Nothing is due, as nearly always. */
    private static double look(Postgres postgres, int looks) {
        JdbcResumableStore store = JdbcResumableStore.open(postgres.pool(), TableName.DEFAULT);
        Owner owner = new Owner("benchmark", 1);
        long start = System.nanoTime();
        for (int i = 0; i < looks; i++) {
            if (!store.takeOver(TYPE, () -> owner, Duration.ofSeconds(30), 16).isEmpty()) {
                throw new IllegalStateException("Nothing was due");
            }
        }
        return (System.nanoTime() - start) / 1e3 / looks;
    }
}
