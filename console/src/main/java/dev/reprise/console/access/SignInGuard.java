package dev.reprise.console.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down who guesses: after a few failures an address has to wait before it may try again, longer each time, up to a minute; and all
 * addresses together may fail only so often in a minute. Nobody is made to wait here: who comes too early is turned away. Thread-safe.
 */
public final class SignInGuard {
    private static final int FREE = 5;
    private static final int MOST_IN_A_MINUTE = 100;
    private static final int MOST_ADDRESSES = 1_000;
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration FORGOTTEN = Duration.ofMinutes(15);

    private final InstantSource clock;
    private final Map<String, Failures> addresses = new LinkedHashMap<>(16, 0.75f, true);
    private Instant minute = Instant.MIN;
    private int failedInMinute;

    /** Failures of one address, without a success in between. */
    private record Failures(int count, Instant last) {
        private Instant next() {
            int over = count - FREE;
            return over < 0 ? Instant.MIN : last.plus(min(Duration.ofSeconds(1L << Math.min(over, 6))));
        }

        private static Duration min(Duration pause) {
            return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
        }
    }

    /** Nobody has failed yet. */
    public SignInGuard(InstantSource clock) {
        this.clock = clock;
    }

    /** For how long this address has to wait before it may try; zero if it may now. */
    public synchronized Duration pause(String address) {
        Instant now = clock.instant();
        Failures failures = addresses.get(address);
        if (failures != null && now.isBefore(failures.next())) {
            return Duration.between(now, failures.next());
        }
        return failedInMinute >= MOST_IN_A_MINUTE && now.isBefore(minute.plus(LONGEST))
                ? Duration.between(now, minute.plus(LONGEST))
                : Duration.ZERO;
    }

    /** It has shown something that lets nobody in. */
    public synchronized void failed(String address) {
        Instant now = clock.instant();
        if (!now.isBefore(minute.plus(LONGEST))) {
            minute = now;
            failedInMinute = 0;
        }
        failedInMinute++;
        Failures former = addresses.get(address);
        int before = former == null || now.isAfter(former.last().plus(FORGOTTEN)) ? 0 : former.count();
        addresses.put(address, new Failures(before + 1, now));
        if (addresses.size() > MOST_ADDRESSES) {
            String oldest = addresses.keySet().iterator().next();
            addresses.remove(oldest);
        }
    }

    /** It was let in. */
    public synchronized void succeeded(String address) {
        addresses.remove(address);
    }
}
