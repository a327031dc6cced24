package dev.reprise.gateway.admin;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.function.LongSupplier;

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

    private static final int SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(MOST);
    /** Spreads what it is multiplied with over all bits: 2^64 divided by the golden ratio. */
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final Counter counter;
    private final OnceAMinute warnings;
    private final LongSupplier nanoTime;
    private final LastUse[] uses = new LastUse[MOST];

    /**
     * Who used a key last. Hashes stand for the strings, and each use overwrites another: objects that live as long as these do
     * would fill the heap's old generation, which is collected last. Nobody gains by two keys with one hash, since whoever
     * can choose both could as well use one twice.
     */
    private static final class LastUse {
        private boolean used;
        private long key;
        private long principal;
        private long nanos;

        /** Whether the use before this one was that of another caller, under the same key and within the window. */
        synchronized boolean sharesKeyWith(long newKey, long newPrincipal, long newNanos) {
            boolean shared = used && key == newKey && principal != newPrincipal && newNanos - nanos < WINDOW.toNanos();
            used = true;
            key = newKey;
            principal = newPrincipal;
            nanos = newNanos;
            return shared;
        }
    }

    SharedKeys(MeterRegistry registry, InstantSource clock, LongSupplier nanoTime) {
        this.counter = Counter.builder("reprise.shared.keys")
                .description(
                        "Operations executed under a key that another caller used at the same route within a minute")
                .register(registry);
        this.warnings = new OnceAMinute(clock);
        this.nanoTime = nanoTime;
        Arrays.setAll(uses, slot -> new LastUse());
    }

    @Override
    public void on(IdempotencyEvent event) {
        if (event instanceof IdempotencyEvent.Executed) {
            String route = event.id().scope().route();
            String key = event.id().key().value();
            long hash = hash(hash(0, route), key);
            if (uses[(int) (hash >>> SHIFT)].sharesKeyWith(
                    hash, hash(0, event.id().scope().principal()), nanoTime.getAsLong())) {
                seen(key, route);
            }
        }
    }

    private static long hash(long start, String text) {
        long hash = start + text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash + text.charAt(i)) * MULTIPLIER;
            hash ^= hash >>> 29;
        }
        return hash * MULTIPLIER;
    }

    private void seen(String key, String route) {
        counter.increment();
        long others = warnings.othersToTell();
        if (others >= 0) {
            LOG.log(
                    Level.WARNING,
                    "Two callers have executed an operation under the key {0} at {1} within a minute; so it was {2} times "
                            + "before. If they are one caller whose credential changes with each attempt, its retries repeat "
                            + "the work. See \"Who counts as the same caller\" in docs/gateway.md.",
                    key,
                    route,
                    others);
        }
    }
}
