package dev.reprise.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/** A closed loop of callers, each of which starts its next operation when the last one has ended. */
final class Load {
    private Load() {}

    /**
     * What a run measured.
     *
     * @param perSecond operations per second of all callers together
     * @param latencies in nanoseconds
     */
    record Result(double perSecond, Histogram latencies) {
        double p50Millis() {
            return latencies.getValueAtPercentile(50) / 1e6;
        }

        double p99Millis() {
            return latencies.getValueAtPercentile(99) / 1e6;
        }
    }

    /** Runs the operation on that many virtual threads for that long. */
    static Result run(int callers, Duration length, Runnable operation)
            throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long start = System.nanoTime();
            long end = start + length.toNanos();
            List<Future<Histogram>> runs = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                runs.add(threads.submit(() -> {
                    Histogram latencies = new Histogram(3);
                    for (long before = System.nanoTime(); before < end; ) {
                        operation.run();
                        long after = System.nanoTime();
                        latencies.recordValue(after - before);
                        before = after;
                    }
                    return latencies;
                }));
            }
            Histogram all = new Histogram(3);
            for (Future<Histogram> run : runs) {
                all.add(run.get());
            }
            return new Result(all.getTotalCount() * 1e9 / (System.nanoTime() - start), all);
        }
    }

    /** Runs the operation that many times in all, on that many virtual threads. */
    static void times(int callers, int times, Runnable operation) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicInteger left = new AtomicInteger(times);
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                runs.add(threads.submit(() -> {
                    while (left.getAndDecrement() > 0) {
                        operation.run();
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        }
    }
}
