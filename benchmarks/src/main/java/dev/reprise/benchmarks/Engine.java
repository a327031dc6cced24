package dev.reprise.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.ListStatistics;

/**
 * The engine on the in-memory store, against the SHA-256 of a body of 256 bytes and one operation of a
 * {@link java.util.concurrent.ConcurrentHashMap}; see {@link EngineBenchmark}.
 *
 * <p>Arguments: rounds (7). Each round gives every side a JVM of its own, in turns, so that a slow moment of the machine
 * hits all alike; ratios are those of one round. A round counts the lower quartile of its iterations, because other
 * programs only ever make one slower.
 */
final class Engine {
    private static final String HEAP = "2g";

    /** So small that every iteration pays for the collection of what it allocates. */
    private static final String YOUNG = "256m";

    private final Map<String, Side> sides = new HashMap<>();

    private Engine() {}

    /** What each round measured of one side. */
    private record Side(List<Double> nanos, List<Double> bytes) {}

    public static void main(String[] arguments) throws RunnerException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
        Engine engine = new Engine();
        for (int round = 1; round <= rounds; round++) {
            engine.measure();
            System.err.printf("round %d of %d%n", round, rounds);
        }
        engine.print(rounds);
    }

    private void measure() throws RunnerException {
        Options options = new OptionsBuilder()
                .include("\\." + EngineBenchmark.class.getSimpleName() + "\\.")
                .forks(1)
                // A server that has run for a while has touched its whole heap.
                .jvmArgsAppend("-Xms" + HEAP, "-Xmx" + HEAP, "-Xmn" + YOUNG, "-XX:+AlwaysPreTouch")
                .warmupIterations(6)
                .warmupTime(TimeValue.milliseconds(300))
                .measurementIterations(15)
                .measurementTime(TimeValue.milliseconds(200))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .build();
        OutputFormat onlyErrors = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT);
        for (RunResult result : new Runner(options, onlyErrors).run()) {
            String records = Objects.requireNonNullElse(result.getParams().getParam("records"), "");
            Side side = side(result.getPrimaryResult().getLabel() + records);
            List<Double> iterations = new ArrayList<>();
            for (BenchmarkResult fork : result.getBenchmarkResults()) {
                for (IterationResult iteration : fork.getIterationResults()) {
                    iterations.add(iteration.getPrimaryResult().getScore());
                }
            }
            side.nanos.add(Quantiles.lowerQuartile(iterations));
            result.getSecondaryResults().forEach((figure, bytes) -> {
                if (figure.equals("gc.alloc.rate.norm")) {
                    side.bytes.add(bytes.getScore());
                }
            });
        }
    }

    private Side side(String name) {
        return sides.computeIfAbsent(name, ignored -> new Side(new ArrayList<>(), new ArrayList<>()));
    }

    private void print(int rounds) {
        System.out.println(Machine.describe() + ", heap " + HEAP + ", of it young " + YOUNG);
        System.out.printf(
                "256-byte body, %d rounds; medians of the rounds, with the 99.9 %% error of their mean%n%n", rounds);
        System.out.println("| | ns/op | ratio (range) | bytes allocated/op |");
        System.out.println("|---|---|---|---|");
        row("SHA-256 + `putIfAbsent` of a new key", "insert", "insert");
        row("engine, first execution", "execute", "insert");
        row("HTTP, first execution", "executeHttp", "insert");
        for (String records : List.of("1000", "100000")) {
            String among = String.format(" (of %,d)", Integer.parseInt(records));
            row("SHA-256 + look-up of a known key" + among, "look" + records, "look" + records);
            row("engine, replay" + among, "replay" + records, "look" + records);
            row("HTTP, replay" + among, "replayHttp" + records, "look" + records);
        }
    }

    private void row(String title, String name, String yardstick) {
        Side side = side(name);
        Side base = side(yardstick);
        ListStatistics nanos = new ListStatistics();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < side.nanos.size(); round++) {
            nanos.addValue(side.nanos.get(round));
            ratios.add(side.nanos.get(round) / base.nanos.get(round));
        }
        System.out.printf(
                "| %s | %,.0f ± %,.0f | %.2f (%.2f to %.2f) | %,.0f |%n",
                title,
                Quantiles.median(side.nanos),
                nanos.getMeanErrorAt(0.999),
                Quantiles.median(ratios),
                Collections.min(ratios),
                Collections.max(ratios),
                Quantiles.median(side.bytes));
    }
}
