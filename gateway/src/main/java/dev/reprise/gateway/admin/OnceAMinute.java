package dev.reprise.gateway.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Keeps what happens often from filling the log. Thread-safe. */
final class OnceAMinute {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final InstantSource clock;
    private Instant next = Instant.MIN;
    private long untold;

    OnceAMinute(InstantSource clock) {
        this.clock = clock;
    }

    /** How many times it has happened that nobody was told of, this one not counted; -1 if it is too early to tell. */
    synchronized long othersToTell() {
        Instant now = clock.instant();
        if (now.isBefore(next)) {
            untold++;
            return -1;
        }
        long others = untold;
        next = now.plus(PAUSE);
        untold = 0;
        return others;
    }
}
