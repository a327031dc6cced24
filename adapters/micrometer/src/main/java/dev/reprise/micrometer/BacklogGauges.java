package dev.reprise.micrometer;

import dev.reprise.IdempotencyException;
import dev.reprise.OperationType;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.spi.ResumableStore.Backlog;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The gauges of what waits to be gone on with, in one registry. Whoever reads a value that is too old counts again, and others do not
 * wait for that. Thread-safe.
 */
final class BacklogGauges {
    private static final Logger LOG = System.getLogger(BacklogGauges.class.getName());

    private final ResumableEngine<?> engine;
    private final MeterRegistry registry;
    private final Clock clock;
    private final long refresh;
    private final ReentrantLock counting = new ReentrantLock();
    private final Set<Series> shown = new HashSet<>();
    private volatile Count count;

    /** Three lines: of the backlog, of what is stranded, and of how long the oldest has waited. */
    private record Series(String type, String version) {
        static final Series OTHERS = new Series("others", "");

        static Series of(OperationType type) {
            return new Series(type.name(), String.valueOf(type.version()));
        }
    }

    /** How many could be gone on with, how many of them not here, and for how many seconds the oldest could have been. */
    private record Waiting(double backlog, double stranded, double oldest) {
        static final Waiting NONE = new Waiting(0, 0, 0);
        static final Waiting NOT_KNOWN = new Waiting(Double.NaN, Double.NaN, Double.NaN);

        /** Nobody is to go on with what is paused. */
        static Waiting of(Backlog backlog, boolean known) {
            return new Waiting(
                    backlog.operations(),
                    known ? 0 : backlog.operations(),
                    backlog.paused() ? 0 : backlog.oldest().toMillis() / 1_000.0);
        }

        Waiting and(Waiting others) {
            return new Waiting(backlog + others.backlog, stranded + others.stranded, Math.max(oldest, others.oldest));
        }
    }

    /** What a look has found. */
    private record Count(long at, Map<Series, Waiting> waiting, Waiting otherwise) {}

    BacklogGauges(ResumableEngine<?> engine, MeterRegistry registry, Duration refresh) {
        this.engine = engine;
        this.registry = registry;
        this.clock = registry.config().clock();
        this.refresh = refresh.toNanos();
        this.count = new Count(clock.monotonicTime() - this.refresh, Map.of(), Waiting.NOT_KNOWN);
    }

    /** Shows the types that are registered, and those that are found. */
    void show() {
        counting.lock();
        try {
            for (OperationType type : engine.types()) {
                Series ignored = series(type);
            }
        } finally {
            counting.unlock();
        }
        Waiting ignored = waiting(Series.OTHERS);
    }

    private Waiting waiting(Series series) {
        if (isOld() && counting.tryLock()) {
            try {
                if (isOld()) {
                    count = count();
                }
            } finally {
                counting.unlock();
            }
        }
        Count known = count;
        return known.waiting().getOrDefault(series, known.otherwise());
    }

    private boolean isOld() {
        return clock.monotonicTime() - count.at() >= refresh;
    }

    private Count count() {
        try {
            Map<Series, Waiting> waiting = new HashMap<>();
            for (Backlog backlog : engine.backlog()) {
                waiting.merge(
                        series(backlog.type()),
                        Waiting.of(backlog, engine.types().contains(backlog.type())),
                        Waiting::and);
            }
            return new Count(clock.monotonicTime(), waiting, Waiting.NONE);
        } catch (IdempotencyException e) {
            LOG.log(Level.WARNING, "What waits to be gone on with cannot be counted: {0}", e.getMessage());
            return new Count(clock.monotonicTime(), Map.of(), Waiting.NOT_KNOWN);
        }
    }

    /** That of the type, shown from now on; by whoever counts. */
    private Series series(OperationType type) {
        Series own = Series.of(type);
        Series series = shown.contains(own) || shown.size() < ResumableMetrics.MOST_TYPES ? own : Series.OTHERS;
        if (shown.add(series)) {
            Gauge.builder("reprise.operations.backlog", () -> waiting(series).backlog())
                    .description("Operations that nobody is at work on, and that could be gone on with now")
                    .tag("type", series.type())
                    .tag("version", series.version())
                    .register(registry);
            Gauge.builder("reprise.operations.stranded", () -> waiting(series).stranded())
                    .description("Those of them whose type or version this engine does not know")
                    .tag("type", series.type())
                    .tag("version", series.version())
                    .register(registry);
            Gauge.builder("reprise.operations.oldest", () -> waiting(series).oldest())
                    .description(
                            "For how long the oldest of them could have been gone on with; 0 while the type is paused")
                    .baseUnit("seconds")
                    .tag("type", series.type())
                    .tag("version", series.version())
                    .register(registry);
        }
        return series;
    }
}
