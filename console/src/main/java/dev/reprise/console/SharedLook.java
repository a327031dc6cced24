package dev.reprise.console;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is worked out once every few seconds at most, however many look. One of them works it out; the others get what was seen before,
 * and wait only if there is nothing yet. If it cannot be worked out, that one is told, and those who have waited for it, and what was seen
 * before stays. Thread-safe.
 *
 * @param <T> what is seen
 */
final class SharedLook<T> {
    /** For how long it is good enough at least, from the moment at which it was there; and for as long as it took. */
    private static final Duration FRESH = Duration.ofSeconds(3);

    private final InstantSource clock;
    private final Supplier<T> work;
    private final ReentrantLock working = new ReentrantLock();
    private volatile @Nullable Seen<T> latest;
    private volatile @Nullable Failed failed;

    /** That it could not be worked out, another time each. */
    private record Failed(long number, RuntimeException why) {}

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
        Failed before = failed;
        if (former == null) {
            working.lock();
        } else if (former.isFresh(clock.instant()) || !working.tryLock()) {
            return former;
        }
        try {
            Seen<T> meanwhile = latest;
            if (meanwhile != null && meanwhile.isFresh(clock.instant())) {
                return meanwhile;
            }
            Failed now = failed;
            if (now != null && !now.equals(before)) {
                // Else all who have waited would wait as long again, one after the other.
                throw now.why();
            }
            return anew();
        } finally {
            working.unlock();
        }
    }

    private Seen<T> anew() {
        Instant begin = clock.instant();
        T what;
        try {
            what = work.get();
        } catch (RuntimeException e) {
            Failed before = failed;
            failed = new Failed(before == null ? 1 : before.number() + 1, e);
            throw e;
        }
        Instant end = clock.instant();
        Duration took = Duration.between(begin, end);
        Seen<T> seen = new Seen<>(begin, end.plus(took.compareTo(FRESH) > 0 ? took : FRESH), what);
        latest = seen;
        return seen;
    }

    /** Whether there is something newer by now, or somebody is about to find it. */
    boolean isOld(Seen<T> seen) {
        return !seen.isFresh(clock.instant());
    }
}
