package dev.reprise.gateway.admin;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyListener;
import dev.reprise.OperationId;
import dev.reprise.Reconciler;
import dev.reprise.gateway.store.OpenStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Counts and times what happens, for Prometheus, and logs what an operator should know. Thread-safe. */
public final class GatewayMetrics implements IdempotencyListener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(GatewayMetrics.class.getName());
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

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Series, Timer> operations = new ConcurrentHashMap<>();
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private final Counter passedThrough;
    private final Counter refused;
    private final UnprotectedKeys unprotectedKeys;

    /** One line of a metric. */
    private record Series(String event, String route) {}

    /** Nothing counted yet. */
    public GatewayMetrics() {
        unprotectedKeys = new UnprotectedKeys(registry, InstantSource.system());
        passedThrough = Counter.builder("reprise.passed.through")
                .description("Requests that were not protected")
                .register(registry);
        refused = Counter.builder("reprise.refused")
                .description(
                        "Requests refused by their head: malformed, without a key where one is required, or ambiguous")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
    }

    /** Shows what the store does. */
    public void watch(OpenStore store) {
        FunctionCounter.builder("reprise.store.commits", store, s -> s.work().commits())
                .description("Times that the store made changes durable")
                .register(registry);
        FunctionCounter.builder("reprise.store.changes", store, s -> s.work().changes())
                .description("Changes that the store made durable")
                .register(registry);
        Gauge.builder("reprise.store.waiting", store, s -> s.work().waiting())
                .description("Calls that wait for the store")
                .register(registry);
    }

    /** Shows a number that goes up and down. */
    public void show(String name, String description, Supplier<Number> number) {
        Gauge.builder(name, number).description(description).register(registry);
    }

    /** Counts a request that is not protected. */
    public void passedThrough() {
        passedThrough.increment();
    }

    /** Counts a request with a key that is not protected, and tells the operator now and then. */
    public void unprotectedKey(String method, String path) {
        unprotectedKeys.seen(method, path);
    }

    /** Counts a request that is refused by its head. */
    public void refused() {
        refused.increment();
    }

    @Override
    public void on(IdempotencyEvent event) {
        timer(name(event), event.id().scope().route()).record(event.duration());
        switch (event) {
            case IdempotencyEvent.TakenOver taken ->
                LOG.log(Level.INFO, "{0} is executed again, attempt {1}", taken.id(), taken.attempt());
            case IdempotencyEvent.LeaseLost lost ->
                LOG.log(
                        Level.WARNING,
                        "{0} was taken for abandoned while it ran here. See {1}",
                        lost.id(),
                        show(lost.id()));
            case IdempotencyEvent.RanTooLong overdue ->
                LOG.log(
                        Level.WARNING,
                        "{0} has run for longer than its route allows, and counts as abandoned soon. See {1}",
                        overdue.id(),
                        show(overdue.id()));
            case IdempotencyEvent.Reconciled reconciled -> found(reconciled);
            case IdempotencyEvent.OutcomeUnknown unknown ->
                LOG.log(
                        Level.WARNING,
                        "Nobody can tell the outcome of {0}: {1}. See {2}",
                        unknown.id(),
                        unknown.reason(),
                        show(unknown.id()));
            case IdempotencyEvent.StoreFailed failed ->
                LOG.log(
                        Level.WARNING,
                        "The store failed for {0}: {1}",
                        failed.id(),
                        failed.failure().getMessage());
            default -> {
                // An everyday event, which is counted.
            }
        }
    }

    private static void found(IdempotencyEvent.Reconciled reconciled) {
        switch (reconciled.finding()) {
            case Reconciler.Finding.Happened happened ->
                LOG.log(Level.INFO, "{0} was looked into: it happened", reconciled.id());
            case Reconciler.Finding.DidNotHappen not ->
                LOG.log(Level.INFO, "{0} was looked into: it did not happen", reconciled.id());
            case Reconciler.Finding.NotKnown unknown -> {
                // The engine logs it.
            }
        }
    }

    /** A command to paste into a shell. It has the key as logs may have it, shortened, and finds it all the same. */
    private static String show(OperationId id) {
        return "reprise operations show " + quoted(id.key().toString()) + " --route "
                + quoted(id.scope().route());
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static String name(IdempotencyEvent event) {
        return switch (event) {
            case IdempotencyEvent.Executed e -> "executed";
            case IdempotencyEvent.Released e -> "released";
            case IdempotencyEvent.Replayed e -> "replayed";
            case IdempotencyEvent.InProgress e -> "in-progress";
            case IdempotencyEvent.Mismatch e -> "payload-mismatch";
            case IdempotencyEvent.AlreadyHandled e -> "already-handled";
            case IdempotencyEvent.TakenOver e -> "taken-over";
            case IdempotencyEvent.LeaseLost e -> "lease-lost";
            case IdempotencyEvent.RanTooLong e -> "ran-too-long";
            case IdempotencyEvent.OutcomeUnknown e -> "outcome-unknown";
            case IdempotencyEvent.Reconciled e -> "reconciled";
            case IdempotencyEvent.StoreFailed e -> "store-failed";
        };
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

    /** Everything in the text format of Prometheus. */
    String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }
}
