package dev.reprise.gateway.admin;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keys that two callers have used at one route within a minute. Each of them has executed its own operation (S12), and most
 * often they are one caller whose credential changes with every attempt, so that its retries execute again. The operator is
 * warned, once a minute at most. Thread-safe.
 */
final class SharedKeys implements IdempotencyListener {
    private static final System.Logger LOG = System.getLogger(SharedKeys.class.getName());
    private static final Duration WINDOW = Duration.ofMinutes(1);
    /** How many uses are remembered; a power of two. A new one may push out another that is younger than a minute. */
    private static final int MOST = 1 << 14;

    private final Counter counter;
    private final OnceAMinute warnings;
    private final LongSupplier nanoTime;
    private final AtomicReferenceArray<@Nullable Use> uses = new AtomicReferenceArray<>(MOST);

    /** An execution for a caller, under a key at a route. */
    private record Use(String route, String key, String principal, long nanos) {
        int slot() {
            int hash = 31 * route.hashCode() + key.hashCode();
            return (hash ^ (hash >>> 16)) & (MOST - 1);
        }

        boolean sharesKeyWith(Use other) {
            return key.equals(other.key)
                    && route.equals(other.route)
                    && !principal.equals(other.principal)
                    && nanos - other.nanos < WINDOW.toNanos();
        }
    }

    SharedKeys(MeterRegistry registry, InstantSource clock, LongSupplier nanoTime) {
        this.counter = Counter.builder("reprise.shared.keys")
                .description(
                        "Operations executed under a key that another caller used at the same route within a minute")
                .register(registry);
        this.warnings = new OnceAMinute(clock);
        this.nanoTime = nanoTime;
    }

    @Override
    public void on(IdempotencyEvent event) {
        if (event instanceof IdempotencyEvent.Executed) {
            Use use = new Use(
                    event.id().scope().route(),
                    event.id().key().value(),
                    event.id().scope().principal(),
                    nanoTime.getAsLong());
            Use former = uses.getAndSet(use.slot(), use);
            if (former != null && use.sharesKeyWith(former)) {
                seen(use);
            }
        }
    }

    private void seen(Use use) {
        counter.increment();
        long others = warnings.othersToTell();
        if (others >= 0) {
            LOG.log(
                    Level.WARNING,
                    "Two callers have executed an operation under the key {0} at {1} within a minute; so it was {2} times "
                            + "before. If they are one caller whose credential changes with each attempt, its retries repeat "
                            + "the work. See \"Who counts as the same caller\" in docs/gateway.md.",
                    use.key(),
                    use.route(),
                    others);
        }
    }
}
