package dev.reprise.benchmarks;

import dev.reprise.OperationState;
import dev.reprise.spi.Interventions.Listed;
import dev.reprise.spi.OperationQuery;
import dev.reprise.store.jdbc.JdbcResumableStore;
import dev.reprise.store.jdbc.TableName;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What it costs to list the hundred operations of a type while there are few other records, and while there are many; and a
 * page of a type that has most of them. On PostgreSQL, whose server inserts the records itself: half have no steps.
 *
 * <p>Arguments: many (1000000), few (1000), listings per round (50), rounds (5).
 */
final class ListingByType {
    private static final Set<OperationState.Kind> EVERY = EnumSet.allOf(OperationState.Kind.class);
    private static final int LISTED = 100;

    private ListingByType() {}

    public static void main(String[] arguments) throws Exception {
        int many = Arguments.number(arguments, 0, 1_000_000);
        int few = Arguments.number(arguments, 1, 1_000);
        int listings = Arguments.number(arguments, 2, 50);
        int rounds = Arguments.number(arguments, 3, 5);
        try (Postgres small = new Postgres(2);
                Postgres large = new Postgres(2)) {
            fill(small, few);
            fill(large, many);
            List<Double> fewMicros = new ArrayList<>();
            List<Double> manyMicros = new ArrayList<>();
            List<Double> pageMicros = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                fewMicros.add(list(small, "rare", listings));
                manyMicros.add(list(large, "rare", listings));
                pageMicros.add(list(large, "common", listings));
            }
            System.out.println(Machine.describe() + ", PostgreSQL on the same machine");
            System.out.printf("%d rounds of %d listings of %d operations each, medians%n%n", rounds, listings, LISTED);
            System.out.println("| listed | of so many records | µs per listing |");
            System.out.println("|---|---|---|");
            row("all of a rare type", few, fewMicros);
            row("all of a rare type", many, manyMicros);
            row("the first of a common type", many, pageMicros);
            System.out.println();
            System.out.println(String.join(
                    "\n",
                    large.lines("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) SELECT id FROM reprise_operation "
                            + "WHERE operation_type = 'common' AND state = 2 AND id > '' ORDER BY id LIMIT "
                            + LISTED)));
        }
    }

    private static void row(String listed, int records, List<Double> micros) {
        System.out.printf("| %s | %,d | %.0f |%n", listed, records, Quantiles.median(micros));
    }

    private static void fill(Postgres postgres, int records) {
        postgres.run("INSERT INTO reprise_operation (id, idempotency_key, principal, route, fingerprint_version, "
                + "fingerprint, token, attempt, created_at, state, operation_type, type_version, input, idle_attempts, "
                + "not_before, ended_at, expires_at, status, headers, trailers, body) "
                + "SELECT substr(sha256(uuid_send(gen_random_uuid())), 1, 24), gen_random_uuid(), 'alice', '/journeys', 1, "
                + "sha256('x'), n, 1, now_us, 2, "
                + "CASE WHEN n <= " + LISTED + " THEN 'rare' WHEN n % 2 = 0 THEN 'common' END, "
                + "1, '\\x00', 0, 0, now_us, now_us + 86400000000, 200, '', '', '\\x00' "
                + "FROM (SELECT n, now_us FROM generate_series(1, " + records + ") AS n, "
                + "(SELECT (extract(epoch FROM now()) * 1000000)::bigint AS now_us) AS clock) AS finished");
        postgres.run("VACUUM ANALYZE reprise_operation");
    }

    private static double list(Postgres postgres, String type, int listings) {
        JdbcResumableStore store = JdbcResumableStore.open(postgres.pool(), TableName.DEFAULT);
        long start = System.nanoTime();
        for (int i = 0; i < listings; i++) {
            List<Listed> listed = store.interventions()
                    .list(type, OperationQuery.of(EVERY, LISTED))
                    .items();
            if (listed.size() != LISTED) {
                throw new IllegalStateException(listed.size() + " were listed");
            }
        }
        return (System.nanoTime() - start) / 1e3 / listings;
    }
}
