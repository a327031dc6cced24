package dev.reprise.gateway.admin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Keys that two callers have used at one route within a minute. Each of them has executed its own operation (S12), and most
 * often they are one caller whose credential changes with every attempt, so that its retries execute again. The operator is
 * warned, once a minute at most. Thread-safe.
 */
final class SharedKeys implements IdempotencyListener {
    private static final System.Logger LOG = System.getLogger(SharedKeys.class.getName());
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MOST = 10_000;

    private final Counter counter;
    private final OnceAMinute warnings;
    private final Cache<Named, String> principals;

    /** A key at a route. */
    private record Named(String route, String key) {}

    SharedKeys(MeterRegistry registry, InstantSource clock, Ticker ticker) {
        this.counter = Counter.builder("reprise.shared.keys")
                .description(
                        "Operations executed under a key that another caller used at the same route within a minute")
                .register(registry);
        this.warnings = new OnceAMinute(clock);
        this.principals = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(WINDOW)
                .ticker(ticker)
                .build();
    }

    @Override
    public void on(IdempotencyEvent event) {
        if (event instanceof IdempotencyEvent.Executed) {
            Named key = new Named(event.id().scope().route(), event.id().key().value());
            String principal = event.id().scope().principal();
            String other = principals.asMap().put(key, principal);
            if (other != null && !other.equals(principal)) {
                seen(key);
            }
        }
    }

    private void seen(Named key) {
        counter.increment();
        long others = warnings.othersToTell();
        if (others >= 0) {
            LOG.log(
                    Level.WARNING,
                    "Two callers have executed an operation under the key {0} at {1} within a minute; so it was {2} times "
                            + "before. If they are one caller whose credential changes with each attempt, its retries repeat "
                            + "the work. See \"Who counts as the same caller\" in docs/gateway.md.",
                    key.key(),
                    key.route(),
                    others);
        }
    }
}
