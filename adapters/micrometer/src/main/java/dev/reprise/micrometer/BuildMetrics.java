package dev.reprise.micrometer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Shows which version of Reprise a process runs, as the gauge {@code reprise.build.info}, which is always 1, with the tag {@code
 * version}: the one that the files of this module tell, or {@code development} if they tell none. Prometheus calls it {@code
 * reprise_build_info}. Thread-safe.
 */
public final class BuildMetrics implements MeterBinder {
    /** Of this process. */
    public BuildMetrics() {}

    @Override
    public void bindTo(MeterRegistry registry) {
        String version = BuildMetrics.class.getPackage().getImplementationVersion();
        Gauge.builder("reprise.build.info", () -> 1)
                .description("The version of Reprise that this process runs")
                .tag("version", version == null ? "development" : version)
                .register(registry);
    }
}
