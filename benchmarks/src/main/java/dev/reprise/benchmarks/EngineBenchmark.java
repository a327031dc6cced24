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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What {@link Engine} measures; public and open because JMH wants it so.
 *
 * <p>First executions begin with nothing, so that every side's map grows in the same way, and is dropped before it
 * becomes a test of the garbage collector. Replays ask for finished records in another order than they were made in, and
 * with strings that only equal the first ones: among a thousand, which the processor's caches hold, and among so many
 * that most have to come from memory.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(EngineBenchmark.OPERATIONS)
public class EngineBenchmark {
    static final int OPERATIONS = 100_000;

    /** Nothing is stored yet. */
    @State(Scope.Thread)
    public static class Empty extends Keys {
        /** Forgets what the last invocation has stored. */
        @Setup(Level.Invocation)
        public void forget() {
            begin(OPERATIONS);
        }
    }

    /** All keys are in the map. */
    @State(Scope.Thread)
    public static class InMap extends Finished {
        /** Stores them. */
        @Setup
        public void store() {
            finish(EngineSubjects::insert);
        }
    }

    /** All operations are finished. */
    @State(Scope.Thread)
    public static class Executed extends Finished {
        /** Executes them. */
        @Setup
        public void execute() {
            finish(EngineSubjects::execute);
        }
    }

    /** All operations are finished, by the choreography of HTTP. */
    @State(Scope.Thread)
    public static class ExecutedHttp extends Finished {
        /** Executes them. */
        @Setup
        public void execute() {
            finish(EngineSubjects::executeHttp);
        }
    }

    /** Keys that are stored already. */
    @State(Scope.Thread)
    public abstract static class Finished extends Keys {
        /** How many. */
        @Param({"1000", "100000"})
        public int records;

        void finish(BiConsumer<EngineSubjects, String> one) {
            begin(records);
            keys.forEach(key -> one.accept(subjects, key));
            keys.replaceAll(key -> String.valueOf(key.toCharArray()));
            Collections.shuffle(keys);
        }
    }

    abstract static class Keys {
        final List<String> keys = new ArrayList<>();
        EngineSubjects subjects = new EngineSubjects();

        /** With an empty map, an empty store, and that many keys. */
        void begin(int number) {
            subjects.close();
            subjects = new EngineSubjects();
            while (keys.size() < number) {
                keys.add(UUID.randomUUID().toString());
            }
        }

        void each(BiFunction<EngineSubjects, String, ?> operation, Blackhole sink) {
            for (int done = 0; done < OPERATIONS; done += keys.size()) {
                for (String key : keys) {
                    sink.consume(operation.apply(subjects, key));
                }
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
