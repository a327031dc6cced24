package dev.reprise.benchmarks;

import dev.reprise.Decision;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Outcome;
import dev.reprise.store.rocksdb.RocksDbStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * First executions on an embedded store with few finished records, with many, and with many while expired ones are deleted,
 * in turns, and how long it takes to open many. One execution is a durable claim and a durable completion of 500 bytes.
 *
 * <p>Arguments: many records (10000000), few records (10000), rounds (5), seconds per turn (10), callers (16), expired
 * records (1000000).
 */
final class ManyRecords {
    private static final int FILLERS = 512;
    private static final Duration SETTLE = Duration.ofSeconds(3);
    private static final Outcome OUTCOME =
            new Outcome.Answered(SampleOperations.response(420), SampleOperations.response(420));

    /** A reaper that has its turn at once, and one that never gets it. */
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private static final Duration NEVER = Duration.ofDays(1);

    private ManyRecords() {}

    /** A store with its records. */
    private record Side(RocksDbStore store, IdempotencyEngine engine, double openMillis) {
        private static Side open(RocksDbStore.Builder builder, Duration reaperPause) {
            long start = System.nanoTime();
            RocksDbStore store = builder.open();
            double millis = (System.nanoTime() - start) / 1e6;
            IdempotencyEngine engine =
                    IdempotencyEngine.over(store).reaper(reaperPause, 50).build();
            return new Side(store, engine, millis);
        }

        private void execute() {
            if (engine.begin(SampleOperations.fresh()) instanceof Decision.Execute execute) {
                execute.execution().finish(OUTCOME);
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
        int many = Arguments.number(arguments, 0, 10_000_000);
        int few = Arguments.number(arguments, 1, 10_000);
        int rounds = Arguments.number(arguments, 2, 5);
        Duration turn = Duration.ofSeconds(Arguments.number(arguments, 3, 10));
        int callers = Arguments.number(arguments, 4, 16);
        int expired = Arguments.number(arguments, 5, 1_000_000);
        Path folder = Files.createTempDirectory("reprise-benchmark");
        Path large = folder.resolve("many");
        try {
            fill(RocksDbStore.in(large).clock(() -> Instant.now().minus(Duration.ofHours(25))), expired);
            fill(RocksDbStore.in(large), many);
            List<Double> opened = new ArrayList<>();
            List<Double> fewP99 = new ArrayList<>();
            List<Double> manyP99 = new ArrayList<>();
            List<Double> purgingP99 = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                // Anew each round: a turn adds more records than there were.
                Path fresh = folder.resolve("few-" + round);
                fill(RocksDbStore.in(fresh), few);
                fewP99.add(p99(fresh, callers, turn, NEVER, new ArrayList<>()));
                Folders.delete(fresh);
                manyP99.add(p99(large, callers, turn, NEVER, opened));
                purgingP99.add(p99(large, callers, turn, AT_ONCE, opened));
                System.err.printf(
                        "round %d: p99 %.2f ms with few, %.2f with many, %.2f while purging%n",
                        round, fewP99.getLast(), manyP99.getLast(), purgingP99.getLast());
            }
            int purged = expired - purgeAll(large);
            System.out.println(Machine.describe());
            System.out.printf(
                    "%d callers, %d rounds of %d s each in turns, medians%n%n", callers, rounds, turn.toSeconds());
            System.out.println("| finished records | p99 ms of a first execution | ratio |");
            System.out.println("|---|---|---|");
            print(String.format("%,d", few), fewP99, fewP99);
            print(String.format("%,d", many), manyP99, fewP99);
            print(String.format("the same, while %,d expired ones are deleted", purged / rounds), purgingP99, manyP99);
            System.out.printf("%nMany were opened in %.0f ms%n", Quantiles.median(opened));
        } finally {
            Folders.delete(folder);
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

    private static void fill(RocksDbStore.Builder builder, int records)
            throws InterruptedException, ExecutionException {
        Side side = Side.open(builder, NEVER);
        long start = System.nanoTime();
        int written = 0;
        while (written < records) {
            int batch = Math.min(records - written, 500_000);
            Load.times(FILLERS, batch, side::execute);
            written += batch;
            System.err.printf(
                    "%,d of %,d records, %d s%n", written, records, (System.nanoTime() - start) / 1_000_000_000);
        }
        side.close();
    }

    /** How many expired records there were. */
    private static int purgeAll(Path folder) {
        try (RocksDbStore store = RocksDbStore.in(folder).open()) {
            int purged = 0;
            for (int batch = -1; batch != 0; purged += batch) {
                batch = store.purgeExpired(500);
            }
            return purged;
        }
    }

    /** The 99th percentile in milliseconds. */
    private static double p99(Path folder, int callers, Duration turn, Duration reaperPause, List<Double> opened)
            throws InterruptedException, ExecutionException {
        Side side = Side.open(RocksDbStore.in(folder), reaperPause);
        opened.add(side.openMillis());
        try {
            // What opening starts, such as compaction, is not part of an execution.
            Thread.sleep(SETTLE);
            Load.run(callers, Duration.ofSeconds(2), side::execute);
            return Load.run(callers, turn, side::execute).p99Millis();
        } finally {
            side.close();
        }
    }
}
