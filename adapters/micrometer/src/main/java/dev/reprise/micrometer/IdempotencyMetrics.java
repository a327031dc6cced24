package dev.reprise.micrometer;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts and times the events of an engine, as the timer {@code reprise.operations} with the tags {@code event} and {@code
 * route}; {@code docs/gateway.md} lists the events. It is a listener of any engine, and the gateway's. Thread-safe.
 *
 * <p>There is a series for each event and route, so routes must be few: names such as {@code /rides}, without ids.
 */
public final class IdempotencyMetrics implements IdempotencyListener {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60)
    };

    private final MeterRegistry registry;
    private final Map<Series, Timer> operations = new ConcurrentHashMap<>();

    /** One line of the metric. */
    private record Series(String event, String route) {}

    /** Nothing counted yet. The registry stays its owner's to close. */
    public IdempotencyMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void on(IdempotencyEvent event) {
        timer(EventLabel.of(event), event.id().scope().endpoint()).record(event.duration());
    }

    private Timer timer(String event, String route) {
        return operations.computeIfAbsent(
                new Series(event, route),
                series -> Timer.builder("reprise.operations")
                        .description("What happened to operations, and how long after their request")
                        .tag("event", series.event())
                        .tag("route", series.route())
                        .serviceLevelObjectives(BUCKETS)
                        .register(registry));
    }
}
