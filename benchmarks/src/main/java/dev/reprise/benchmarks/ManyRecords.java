package dev.reprise.benchmarks;

import dev.reprise.Decision;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Outcome;
import dev.reprise.Response;
import dev.reprise.store.rocksdb.RocksDbStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * First executions on an embedded store with many finished records against one with few, in turns, and how long it takes
 * to open them. One execution is a durable claim and a durable completion of 500 bytes.
 *
 * <p>Arguments: many records (10000000), few records (10000), rounds (5), seconds per turn (10), callers (16).
 */
final class ManyRecords {
    private static final int FILLERS = 512;
    private static final Duration SETTLE = Duration.ofSeconds(3);

    private ManyRecords() {}

    /** A store with its records. */
    private record Side(String name, RocksDbStore store, IdempotencyEngine engine, double openMillis) {
        private static Side open(String name, Path folder) {
            long start = System.nanoTime();
            RocksDbStore store = RocksDbStore.in(folder).open();
            double millis = (System.nanoTime() - start) / 1e6;
            return new Side(name, store, IdempotencyEngine.over(store).build(), millis);
        }

        private void execute(Outcome outcome) {
            if (engine.begin(SampleOperations.fresh()) instanceof Decision.Execute execute) {
                execute.execution().finish(outcome);
            } else {
                throw new IllegalStateException("A fresh key was not executed");
            }
        }

        private void close() {
            engine.close();
            store.close();
        }
    }

    public static void main(String[] arguments) throws Exception {
        int many = argument(arguments, 0, 10_000_000);
        int few = argument(arguments, 1, 10_000);
        int rounds = argument(arguments, 2, 5);
        Duration turn = Duration.ofSeconds(argument(arguments, 3, 10));
        int callers = argument(arguments, 4, 16);
        Path folder = Files.createTempDirectory("reprise-benchmark");
        Response response = SampleOperations.response(420);
        Outcome outcome = new Outcome.Answered(response, response);
        try {
            fill(folder.resolve("many"), many, outcome);
            List<Double> manyOpened = new ArrayList<>();
            List<Double> manyP99 = new ArrayList<>();
            List<Double> fewP99 = new ArrayList<>();
            List<Double> ratios = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                // Anew each round: a turn adds more records than there were.
                Path fresh = folder.resolve("few-" + round);
                fill(fresh, few, outcome);
                double fewest = measure(fresh, few, callers, turn, outcome, new ArrayList<>());
                Folders.delete(fresh);
                double most = measure(folder.resolve("many"), many, callers, turn, outcome, manyOpened);
                fewP99.add(fewest);
                manyP99.add(most);
                ratios.add(most / fewest);
                System.err.printf("round %d: p99 %.2f ms with few, %.2f ms with many%n", round, fewest, most);
            }
            System.out.println(Machine.describe());
            System.out.printf(
                    "%d callers, %d rounds of %d s each in turns, medians%n%n", callers, rounds, turn.toSeconds());
            System.out.println("| finished records | p99 ms of a first execution | opened in ms |");
            System.out.println("|---|---|---|");
            System.out.printf("| %,d | %.2f | |%n", few, Quantiles.median(fewP99));
            System.out.printf("| %,d | %.2f | %.0f |%n", many, Quantiles.median(manyP99), Quantiles.median(manyOpened));
            System.out.printf("%nmany / few: %.2f (median of the rounds)%n", Quantiles.median(ratios));
        } finally {
            Folders.delete(folder);
        }
    }

    private static int argument(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private static void fill(Path folder, int records, Outcome outcome)
            throws InterruptedException, ExecutionException {
        Side side = Side.open("filling", folder);
        long start = System.nanoTime();
        int written = 0;
        while (written < records) {
            int batch = Math.min(records - written, 500_000);
            Load.times(FILLERS, batch, () -> side.execute(outcome));
            written += batch;
            System.err.printf(
                    "%,d of %,d records, %d s%n", written, records, (System.nanoTime() - start) / 1_000_000_000);
        }
        side.close();
    }

    /** The 99th percentile in milliseconds. */
    private static double measure(
            Path folder, int records, int callers, Duration turn, Outcome outcome, List<Double> opened)
            throws InterruptedException, ExecutionException {
        Side side = Side.open(records + " records", folder);
        opened.add(side.openMillis());
        try {
            // What opening starts, such as compaction, is not part of an execution.
            Thread.sleep(SETTLE);
            Load.run(callers, Duration.ofSeconds(2), () -> side.execute(outcome));
            return Load.run(callers, turn, () -> side.execute(outcome)).p99Millis();
        } finally {
            side.close();
        }
    }
}
