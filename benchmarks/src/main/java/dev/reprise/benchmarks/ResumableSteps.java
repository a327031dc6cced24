package dev.reprise.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.benchmarks.Sides.Side;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Operations of three local steps, of one insert each, on PostgreSQL: in three transactions by hand, by the engine, and by
 * DBOS Transact with transactional steps, in turns. Then how many round trips the first two take.
 *
 * <p>Arguments: rounds (5), seconds per turn (10), callers (16).
 */
final class ResumableSteps {
    private static final int COUNTED = 200;

    private ResumableSteps() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Arguments.number(arguments, 0, 5);
        Duration turn = Duration.ofSeconds(Arguments.number(arguments, 1, 10));
        int callers = Arguments.number(arguments, 2, 16);
        try (Postgres postgres = new Postgres(callers)) {
            postgres.run(Payments.TABLES);
            postgres.run(Journeys.TABLES);
            try (Journeys journeys = new Journeys(postgres.pool());
                    HikariDataSource own = postgres.pool(postgres.port(), callers);
                    DbosJourneys dbos = new DbosJourneys(own, postgres.pool())) {
                Sides sides = new Sides(
                        postgres,
                        List.of(
                                new Side("by hand", journeys::byHand),
                                new Side("engine", journeys::byEngine),
                                new Side("DBOS Transact", dbos::run)));
                sides.run(callers, rounds, turn);
                System.out.println(Machine.describe() + ", PostgreSQL on the same machine, fsync on");
                System.out.printf(
                        "%d callers, %d rounds of %d s each, medians; ratios to the one by hand%n%n",
                        callers, rounds, turn.toSeconds());
                sides.print();
            }
            System.out.printf(
                    "Round trips each: by hand %.2f, engine %.2f%n",
                    roundTrips(postgres, Journeys::byHand), roundTrips(postgres, Journeys::byEngine));
        }
    }

    private static double roundTrips(Postgres postgres, Consumer<Journeys> operation) throws Exception {
        try (CountingProxy counter = new CountingProxy(postgres.port(), RoundTrips::new);
                HikariDataSource pool = postgres.pool(counter.port(), 1);
                Journeys journeys = new Journeys(pool)) {
            for (int i = 0; i < COUNTED; i++) {
                operation.accept(journeys);
            }
            long before = counter.count();
            for (int i = 0; i < COUNTED; i++) {
                operation.accept(journeys);
            }
            return (counter.count() - before) / (double) COUNTED;
        }
    }
}
