package dev.reprise.gateway.admin;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger.Level;
import java.time.InstantSource;

/**
 * Requests with a key that no route protects. Their callers count on a protection that they do not have, so the operator is
 * warned, once a minute at most. Thread-safe.
 */
final class UnprotectedKeys {
    private static final System.Logger LOG = System.getLogger(UnprotectedKeys.class.getName());
    private static final int LONGEST_PATH = 100;

    private final Counter counter;
    private final OnceAMinute warnings;

    UnprotectedKeys(MeterRegistry registry, InstantSource clock) {
        this.counter = Counter.builder("reprise.unprotected.keys")
                .description("Requests with an idempotency key that no route protects")
                .register(registry);
        this.warnings = new OnceAMinute(clock);
    }

    void seen(String method, String path) {
        counter.increment();
        long others = warnings.othersToTell();
        if (others >= 0) {
            String shown = path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) + "..." : path;
            LOG.log(
                    Level.WARNING,
                    "{0} {1} has an idempotency key, and no route protects it; so had {2} requests before. "
                            + "Repeating them repeats the work. See docs/routes.md.",
                    method,
                    shown,
                    others);
        }
    }
}
