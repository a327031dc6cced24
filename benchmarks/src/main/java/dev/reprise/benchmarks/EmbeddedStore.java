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
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

/**
 * The embedded store under the engine, against {@link BareRocksDb}, in turns: pairs of a durable claim and a durable
 * completion of 500 bytes by 64 callers, with a million finished records in each.
 *
 * <p>Arguments: records to begin with (1000000), rounds (5), seconds per turn (10).
 */
final class EmbeddedStore {
    private static final int CALLERS = 64;
    private static final Duration SETTLE = Duration.ofSeconds(3);

    private EmbeddedStore() {}

    /** One of the two sides. */
    private record Side(String name, Runnable pair, LongSupplier syncs) {}

    /** What one turn of one side measured. */
    private record Turn(Load.Result load, double cpuMicrosPerPair, double bytesPerPair, double syncsPerPair) {}

    public static void main(String[] arguments) throws Exception {
        int records = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Duration turn = Duration.ofSeconds(arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10);
        Path folder = Files.createTempDirectory("reprise-benchmark");
        try (RocksDbStore store = RocksDbStore.in(folder.resolve("store")).open();
                IdempotencyEngine engine = IdempotencyEngine.over(store).build();
                BareRocksDb bare = new BareRocksDb(Files.createDirectory(folder.resolve("bare")))) {
            Response response = SampleOperations.response(420);
            Outcome outcome = new Outcome.Answered(response, response);
            byte[] claim = new byte[100];
            byte[] completion = SampleOperations.response(500).body().bytes();
            Side engineSide = new Side(
                    "engine",
                    () -> {
                        if (engine.begin(SampleOperations.fresh()) instanceof Decision.Execute execute) {
                            execute.execution().finish(outcome);
                        } else {
                            throw new IllegalStateException("A fresh key was not executed");
                        }
                    },
                    () -> store.statistics().syncs());
            Side bareSide =
                    new Side("bare", () -> bare.pair(UUID.randomUUID().toString(), claim, completion), bare::syncs);
            fill(engineSide, records);
            fill(bareSide, records);
            List<Turn> engineTurns = new ArrayList<>();
            List<Turn> bareTurns = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                bareTurns.add(turn(bareSide, turn));
                engineTurns.add(turn(engineSide, turn));
                System.err.printf(
                        "round %d: bare %,.0f, engine %,.0f pairs/s%n",
                        round,
                        bareTurns.getLast().load().perSecond(),
                        engineTurns.getLast().load().perSecond());
            }
            print(records, rounds, turn, bareTurns, engineTurns);
        } finally {
            Folders.delete(folder);
        }
    }

    private static void fill(Side side, int records) throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        long written = 0;
        while (written < records) {
            written += Load.run(512, Duration.ofSeconds(5), side.pair())
                    .latencies()
                    .getTotalCount();
            System.err.printf("%s: %,d records%n", side.name(), written);
        }
        System.err.printf("%s filled in %d s%n", side.name(), (System.nanoTime() - start) / 1_000_000_000);
    }

    private static Turn turn(Side side, Duration length) throws InterruptedException, ExecutionException {
        // The other side's compaction is not this side's work.
        Thread.sleep(SETTLE);
        long self = ProcessHandle.current().pid();
        long cpu = Processes.cpuMicros(self);
        long bytes = Machine.bytesWritten();
        long syncs = side.syncs().getAsLong();
        Load.Result load = Load.run(CALLERS, length, side.pair());
        double pairs = load.latencies().getTotalCount();
        return new Turn(
                load,
                (Processes.cpuMicros(self) - cpu) / pairs,
                (Machine.bytesWritten() - bytes) / pairs,
                (side.syncs().getAsLong() - syncs) / pairs);
    }

    private static void print(int records, int rounds, Duration turn, List<Turn> bare, List<Turn> engine) {
        System.out.println(Machine.describe());
        System.out.printf(
                "%,d records in each store to begin with, %d callers, %d rounds of %d s each, medians%n%n",
                records, CALLERS, rounds, turn.toSeconds());
        System.out.println("| | pairs/s | p50 ms | p99 ms | CPU µs/pair | bytes written/pair | syncs/pair |");
        System.out.println("|---|---|---|---|---|---|---|");
        row("bare RocksDB batching loop", bare);
        row("engine on the embedded store", engine);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < bare.size(); i++) {
            ratios.add(engine.get(i).load().perSecond() / bare.get(i).load().perSecond());
        }
        System.out.printf(
                "%nengine / bare: %.2f (median of the rounds; %.2f to %.2f)%n",
                Quantiles.median(ratios),
                ratios.stream().min(Double::compare).orElseThrow(),
                ratios.stream().max(Double::compare).orElseThrow());
    }

    private static void row(String name, List<Turn> turns) {
        System.out.printf(
                "| %s | %,.0f | %.2f | %.2f | %.1f | %,.0f | %.3f |%n",
                name,
                Quantiles.median(
                        turns.stream().map(turn -> turn.load().perSecond()).toList()),
                Quantiles.median(
                        turns.stream().map(turn -> turn.load().p50Millis()).toList()),
                Quantiles.median(
                        turns.stream().map(turn -> turn.load().p99Millis()).toList()),
                Quantiles.median(turns.stream().map(Turn::cpuMicrosPerPair).toList()),
                Quantiles.median(turns.stream().map(Turn::bytesPerPair).toList()),
                Quantiles.median(turns.stream().map(Turn::syncsPerPair).toList()));
    }
}
