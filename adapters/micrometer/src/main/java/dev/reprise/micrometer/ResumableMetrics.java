package dev.reprise.micrometer;

import dev.reprise.resumable.ResumableEngine;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;

/**
 * Shows how much waits to be gone on with, and what of it nobody can run, as gauges:
 *
 * <ul>
 *   <li>{@code reprise.operations.running}: operations that run in this engine;
 *   <li>{@code reprise.operations.backlog}, by {@code type} and {@code version}: operations that nobody is at work on, and that
 *       could be gone on with now, types that are paused included;
 *   <li>{@code reprise.operations.stranded}, by the same: those of them whose type or version this engine has not registered,
 *       and 0 for those that it has. Nobody can run what is stranded on all nodes;
 *   <li>{@code reprise.operations.oldest}, by the same and in seconds: for how long the oldest of the backlog could have been gone
 *       on with, by the database's clock; 0 for types that are paused.
 * </ul>
 *
 * <p>The database is asked when a value is read that is older than the refresh, so once in that time however many read. While it
 * does not answer, backlog, stranded and oldest are not a number rather than an old one. A type has its series from the first look that
 * finds it, and beyond {@value #MOST_TYPES} types, what is more is added up under the type {@code others}. Thread-safe.
 */
public final class ResumableMetrics implements MeterBinder {
    /** How many types and versions have series of their own. */
    public static final int MOST_TYPES = 100;

    private static final Duration REFRESH = Duration.ofSeconds(30);

    private final ResumableEngine<?> engine;
    private final Duration refresh;

    /** Of the engine, counted every 30 seconds at most. */
    public ResumableMetrics(ResumableEngine<?> engine) {
        this(engine, REFRESH);
    }

    /**
     * Of the engine.
     *
     * @param refresh for how long a count is good enough
     * @throws IllegalArgumentException if that is not positive
     */
    public ResumableMetrics(ResumableEngine<?> engine, Duration refresh) {
        if (!refresh.isPositive()) {
            throw new IllegalArgumentException("The refresh must be positive: " + refresh);
        }
        this.engine = engine;
        this.refresh = refresh;
    }

    /** Registers the gauges, and asks the database for the first time. */
    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("reprise.operations.running", engine::running)
                .description("Operations that run in this engine")
                .register(registry);
        new BacklogGauges(engine, registry, refresh).show();
    }
}
