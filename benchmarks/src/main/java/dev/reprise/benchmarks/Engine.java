package dev.reprise.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.ListStatistics;

/**
 * The engine on the in-memory store, against the SHA-256 of a body of 256 bytes and one operation of a
 * {@link java.util.concurrent.ConcurrentHashMap}; see {@link EngineBenchmark}.
 *
 * <p>Arguments: rounds (5). Each round gives every side a JVM of its own, in turns, so that a slow moment of the machine
 * hits all alike; ratios are those of one round.
 */
final class Engine {
    private static final String HEAP = "2g";

    private final Map<String, Side> sides = new TreeMap<>();

    private Engine() {}

    /** All that was measured of one side: each iteration's time, and each round's mean time and allocation. */
    private static final class Side {
        private final ListStatistics iterations = new ListStatistics();
        private final List<Double> nanos = new ArrayList<>();
        private final List<Double> bytes = new ArrayList<>();
    }

    public static void main(String[] arguments) throws RunnerException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        Engine engine = new Engine();
        for (int round = 1; round <= rounds; round++) {
            engine.measure();
            System.err.printf("round %d of %d%n", round, rounds);
            engine.sides.forEach(
                    (name, side) -> System.err.printf("  %-12s %,8.0f ns/op%n", name, side.nanos.getLast()));
        }
        engine.print(rounds);
    }

    private void measure() throws RunnerException {
        Options options = new OptionsBuilder()
                .include("\\." + EngineBenchmark.class.getSimpleName() + "\\.")
                .forks(1)
                .jvmArgsAppend("-Xms" + HEAP, "-Xmx" + HEAP)
                .warmupIterations(4)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(1))
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        for (RunResult result : results) {
            String name = result.getPrimaryResult().getLabel();
            Side side = side(name);
            for (BenchmarkResult fork : result.getBenchmarkResults()) {
                for (IterationResult iteration : fork.getIterationResults()) {
                    side.iterations.addValue(iteration.getPrimaryResult().getScore());
                }
            }
            side.nanos.add(result.getPrimaryResult().getScore());
            result.getSecondaryResults().forEach((figure, bytes) -> {
                if (figure.equals("gc.alloc.rate.norm")) {
                    side.bytes.add(bytes.getScore());
                }
            });
        }
    }

    private Side side(String name) {
        return sides.computeIfAbsent(name, ignored -> new Side());
    }

    private void print(int rounds) {
        System.out.println(Machine.describe() + ", heap " + HEAP);
        System.out.printf(
                "256-byte body, %,d keys, %d rounds; means with their 99.9 %% error, medians of the rounds%n%n",
                EngineBenchmark.KEYS, rounds);
        System.out.println("| | ns/op | ratio (median, range) | bytes allocated/op |");
        System.out.println("|---|---|---|---|");
        row("SHA-256 + `putIfAbsent` of a new key", "insert", "insert");
        row("engine, first execution", "execute", "insert");
        row("HTTP, first execution", "executeHttp", "insert");
        row("SHA-256 + `get` of a known key", "look", "look");
        row("engine, replay", "replay", "look");
        row("HTTP, replay", "replayHttp", "look");
    }

    private void row(String title, String name, String yardstick) {
        Side side = side(name);
        Side base = side(yardstick);
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < side.nanos.size(); round++) {
            ratios.add(side.nanos.get(round) / base.nanos.get(round));
        }
        System.out.printf(
                "| %s | %,.0f ± %,.0f | %.2f (%.2f to %.2f) | %,.0f |%n",
                title,
                side.iterations.getMean(),
                side.iterations.getMeanErrorAt(0.999),
                Median.of(ratios),
                Collections.min(ratios),
                Collections.max(ratios),
                Median.of(side.bytes));
    }
}
