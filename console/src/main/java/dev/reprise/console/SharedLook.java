package dev.reprise.console;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is worked out once every few seconds at most, however many look. One of them works it out; the others get what was seen before,
 * and wait only if there is nothing yet. If it cannot be worked out, that one is told, and what was seen before stays. Thread-safe.
 *
 * @param <T> what is seen
 */
final class SharedLook<T> {
    /** For how long it is good enough, from the moment at which it was there: what takes long is not begun again at once. */
    private static final Duration FRESH = Duration.ofSeconds(3);

    private final InstantSource clock;
    private final Supplier<T> work;
    private final ReentrantLock working = new ReentrantLock();
    private volatile @Nullable Seen<T> latest;

    /**
     * What there was.
     *
     * @param at when somebody began to look
     * @param until for how long it is good enough
     * @param what was seen
     */
    record Seen<T>(Instant at, Instant until, T what) {
        /** Not if the clock was set back, either. */
        private boolean isFresh(Instant now) {
            return now.isBefore(until) && !now.isBefore(at);
        }
    }

    SharedLook(InstantSource clock, Supplier<T> work) {
        this.clock = clock;
        this.work = work;
    }

    /** What is seen, or was the last time. */
    Seen<T> look() {
        Seen<T> former = latest;
        if (former == null) {
            working.lock();
        } else if (former.isFresh(clock.instant()) || !working.tryLock()) {
            return former;
        }
        try {
            Seen<T> meanwhile = latest;
            return meanwhile != null && meanwhile.isFresh(clock.instant()) ? meanwhile : anew();
        } finally {
            working.unlock();
        }
    }

    private Seen<T> anew() {
        Instant begin = clock.instant();
        T what = work.get();
        Seen<T> seen = new Seen<>(begin, clock.instant().plus(FRESH), what);
        latest = seen;
        return seen;
    }

    /** Whether there is something newer by now, or somebody is about to find it. */
    boolean isOld(Seen<T> seen) {
        return !seen.isFresh(clock.instant());
    }
}
