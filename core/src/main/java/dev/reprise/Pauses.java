package dev.reprise;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses with full jitter, whose bound doubles with each attempt. Thread-safe. */
final class Pauses {
    private static final int MOST_DOUBLINGS = 20;

    private final Duration first;
    private final Duration longest;

    Pauses(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
    }

    /** Pauses before the next attempt; false, with the thread's interrupt flag set, if it was interrupted. */
    boolean pause(int attempt) {
        try {
            Thread.sleep(after(attempt));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** How long to pause after that many attempts before this one. */
    Duration after(int attempt) {
        long bound = Math.min(longest.toNanos(), first.toNanos() << Math.min(attempt, MOST_DOUBLINGS));
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(bound) + 1);
    }
}
