package dev.reprise.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What {@link Engine} measures; public and open because JMH wants it so.
 *
 * <p>Each invocation handles a hundred thousand keys one after the other. First executions begin with nothing, so every
 * side's map grows in the same way and is dropped before it becomes a test of the garbage collector. Replays meet as
 * many finished records, in another order than they were made in, and with strings that only equal the first ones.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(EngineBenchmark.KEYS)
public class EngineBenchmark {
    static final int KEYS = 100_000;

    /** Nothing is stored yet. */
    @State(Scope.Thread)
    public static class Empty extends Keys {
        /** Forgets what the last invocation has stored. */
        @Setup(Level.Invocation)
        public void forget() {
            subjects.close();
            subjects = new EngineSubjects();
        }
    }

    /** All keys are in the map. */
    @State(Scope.Thread)
    public static class InMap extends Keys {
        /** Stores them. */
        @Setup
        public void fill() {
            store(EngineSubjects::insert);
        }
    }

    /** All operations are finished. */
    @State(Scope.Thread)
    public static class Executed extends Keys {
        /** Executes them. */
        @Setup
        public void fill() {
            store(EngineSubjects::execute);
        }
    }

    /** All operations are finished, by the choreography of HTTP. */
    @State(Scope.Thread)
    public static class ExecutedHttp extends Keys {
        /** Executes them. */
        @Setup
        public void fill() {
            store(EngineSubjects::executeHttp);
        }
    }

    abstract static class Keys {
        EngineSubjects subjects = new EngineSubjects();
        private final List<String> keys = new ArrayList<>();

        Keys() {
            for (int i = 0; i < KEYS; i++) {
                keys.add(UUID.randomUUID().toString());
            }
        }

        void store(BiConsumer<EngineSubjects, String> one) {
            keys.forEach(key -> one.accept(subjects, key));
            keys.replaceAll(key -> String.valueOf(key.toCharArray()));
            Collections.shuffle(keys);
        }

        void each(BiFunction<EngineSubjects, String, ?> operation, Blackhole sink) {
            for (String key : keys) {
                sink.consume(operation.apply(subjects, key));
            }
        }
    }

    /** The yardstick of first executions. */
    @Benchmark
    public void insert(Empty keys, Blackhole sink) {
        keys.each(EngineSubjects::insert, sink);
    }

    /** A first execution. */
    @Benchmark
    public void execute(Empty keys, Blackhole sink) {
        keys.each(EngineSubjects::execute, sink);
    }

    /** A first execution behind the choreography of HTTP. */
    @Benchmark
    public void executeHttp(Empty keys, Blackhole sink) {
        keys.each(EngineSubjects::executeHttp, sink);
    }

    /** The yardstick of replays. */
    @Benchmark
    public void look(InMap keys, Blackhole sink) {
        keys.each(EngineSubjects::look, sink);
    }

    /** A replay. */
    @Benchmark
    public void replay(Executed keys, Blackhole sink) {
        keys.each(EngineSubjects::replay, sink);
    }

    /** A replay behind the choreography of HTTP. */
    @Benchmark
    public void replayHttp(ExecutedHttp keys, Blackhole sink) {
        keys.each(EngineSubjects::replayHttp, sink);
    }
}
