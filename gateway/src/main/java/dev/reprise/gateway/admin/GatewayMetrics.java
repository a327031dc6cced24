package dev.reprise.gateway.admin;

import dev.reprise.IdempotencyListener;
import dev.reprise.gateway.store.OpenStore;
import dev.reprise.micrometer.BuildMetrics;
import dev.reprise.micrometer.IdempotencyMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Counts and times what happens, for Prometheus. Thread-safe. */
public final class GatewayMetrics implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(GatewayMetrics.class.getName());

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final IdempotencyListener events;
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private final Counter passedThrough;
    private final Counter refused;
    private final UnprotectedKeys unprotectedKeys;
    private final Set<String> signedAnew = ConcurrentHashMap.newKeySet();

    /** Nothing counted yet. */
    public GatewayMetrics() {
        events = new IdempotencyMetrics(registry)
                .andThen(new SharedKeys(registry, InstantSource.system(), System::nanoTime));
        unprotectedKeys = new UnprotectedKeys(registry, InstantSource.system());
        passedThrough = Counter.builder("reprise.passed.through")
                .description("Requests that were not protected")
                .register(registry);
        refused = Counter.builder("reprise.refused")
                .description(
                        "Requests refused by their head: malformed, without a key where one is required, or ambiguous")
                .register(registry);
        new BuildMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
    }

    /** Shows what the store does. */
    public void watch(OpenStore store) {
        store.work().ifPresent(this::watch);
    }

    private void watch(Supplier<OpenStore.Work> store) {
        FunctionCounter.builder("reprise.store.commits", store, s -> s.get().commits())
                .description("Times that the store made changes durable")
                .register(registry);
        FunctionCounter.builder("reprise.store.changes", store, s -> s.get().changes())
                .description("Changes that the store made durable")
                .register(registry);
        Gauge.builder("reprise.store.waiting", store, s -> s.get().waiting())
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

    /** Warns the operator, once for each route, of callers whose every attempt looks like another caller's. */
    public void signedAnew(String route, String scheme) {
        if (signedAnew.add(route)) {
            LOG.log(
                    Level.WARNING,
                    "Callers of the route {0} sign each request anew ({1}), so that each of their attempts is taken for "
                            + "another caller''s and executed. Set principal.signer with an authorization service, or a "
                            + "trusted-header. See \"Who counts as the same caller\" in docs/gateway.md.",
                    route,
                    scheme);
        }
    }

    /** Counts a request that is refused by its head. */
    public void refused() {
        refused.increment();
    }

    /** A counter beside others of its name, which is told of from now on, although nothing has been counted. */
    Counter counter(String name, String description, String label, String value) {
        return Counter.builder(name).description(description).tag(label, value).register(registry);
    }

    /** Counts and times what happens to operations. */
    public IdempotencyListener events() {
        return events;
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
