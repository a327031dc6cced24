package dev.reprise.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Ways to do the same on one PostgreSQL, measured in turns; the first one is what the others are compared with. */
final class Sides {
    /** One of them. */
    record Side(String name, Runnable operation) {}

    /** What one turn measured. */
    private record Turn(Load.Result load, Postgres.Cost cost) {
        private double per(long what) {
            return what / (double) load.latencies().getTotalCount();
        }
    }

    private final Postgres postgres;
    private final List<Side> sides;
    private final List<List<Turn>> turns = new ArrayList<>();

    Sides(Postgres postgres, List<Side> sides) {
        this.postgres = postgres;
        this.sides = sides;
        sides.forEach(side -> turns.add(new ArrayList<>()));
    }

    void run(int callers, int rounds, Duration length) throws InterruptedException, ExecutionException {
        for (Side side : sides) {
            Load.run(callers, Duration.ofSeconds(2), side.operation());
        }
        for (int round = 1; round <= rounds; round++) {
            for (int i = 0; i < sides.size(); i++) {
                Postgres.Cost before = settledCost();
                Load.Result load = Load.run(callers, length, sides.get(i).operation());
                turns.get(i).add(new Turn(load, settledCost().since(before)));
                System.err.printf("round %d: %s %,.0f/s%n", round, sides.get(i).name(), load.perSecond());
            }
        }
    }

    /** Sessions report their commits at most once a second, and when they are used again. */
    private Postgres.Cost settledCost() throws InterruptedException {
        Thread.sleep(1_100);
        postgres.number("SELECT 1");
        return postgres.cost();
    }

    void print() {
        System.out.printf("| | per second | ratio | p50 ms | p99 ms | commits each | WAL bytes each | CPU µs each |%n");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (int i = 0; i < sides.size(); i++) {
            List<Turn> mine = turns.get(i);
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < mine.size(); round++) {
                ratios.add(mine.get(round).load().perSecond()
                        / turns.getFirst().get(round).load().perSecond());
            }
            System.out.printf(
                    "| %s | %,.0f | %.2f | %.2f | %.2f | %.2f | %,.0f | %,.0f |%n",
                    sides.get(i).name(),
                    median(mine.stream().map(turn -> turn.load().perSecond()).toList()),
                    median(ratios),
                    median(mine.stream().map(turn -> turn.load().p50Millis()).toList()),
                    median(mine.stream().map(turn -> turn.load().p99Millis()).toList()),
                    median(mine.stream()
                            .map(turn -> turn.per(turn.cost().commits()))
                            .toList()),
                    median(mine.stream()
                            .map(turn -> turn.per(turn.cost().walBytes()))
                            .toList()),
                    median(mine.stream()
                            .map(turn -> turn.per(turn.cost().cpuMicros()))
                            .toList()));
        }
        System.out.println();
    }

    private static double median(List<Double> values) {
        return Quantiles.median(values);
    }
}
