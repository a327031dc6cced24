package dev.reprise.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.benchmarks.Sides.Side;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A business transaction of one insert on PostgreSQL: protected by hand, protected by the engine, and unprotected, in
 * turns. Then how many round trips each takes.
 *
 * <p>Arguments: rounds (5), seconds per turn (10), connections (16).
 */
final class Transactional {
    private static final int COUNTED = 200;

    private Transactional() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Arguments.number(arguments, 0, 5);
        Duration turn = Duration.ofSeconds(Arguments.number(arguments, 1, 10));
        int connections = Arguments.number(arguments, 2, 16);
        try (Postgres postgres = new Postgres(connections)) {
            postgres.run(Payments.TABLES);
            try (Payments payments = new Payments(postgres.pool())) {
                Sides sides = new Sides(
                        postgres,
                        List.of(
                                new Side("by hand", payments::byHand),
                                new Side("engine", payments::byEngine),
                                new Side("unprotected", payments::unprotected)));
                sides.run(connections, rounds, turn);
                System.out.println(Machine.describe() + ", PostgreSQL on the same machine, fsync on");
                System.out.printf(
                        "%d connections, %d rounds of %d s each, medians; ratios to the one by hand%n%n",
                        connections, rounds, turn.toSeconds());
                sides.print();
            }
            System.out.printf(
                    "Round trips each: by hand %.2f, engine %.2f, unprotected %.2f%n",
                    roundTrips(postgres, Payments::byHand),
                    roundTrips(postgres, Payments::byEngine),
                    roundTrips(postgres, Payments::unprotected));
        }
    }

    private static double roundTrips(Postgres postgres, Consumer<Payments> operation) throws Exception {
        try (CountingProxy counter = new CountingProxy(postgres.port(), RoundTrips::new);
                HikariDataSource pool = postgres.pool(counter.port(), 1);
                Payments payments = new Payments(pool)) {
            for (int i = 0; i < COUNTED; i++) {
                operation.accept(payments);
            }
            long before = counter.count();
            for (int i = 0; i < COUNTED; i++) {
                operation.accept(payments);
            }
            return (counter.count() - before) / (double) COUNTED;
        }
    }
}
