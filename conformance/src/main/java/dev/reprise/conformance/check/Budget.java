package dev.reprise.conformance.check;

import dev.reprise.conformance.CheckLimits;
import java.time.Duration;

/** Holds a check to its limits: every request asks first. Thread-safe. */
final class Budget {
    private final CheckLimits limits;
    private final long started = System.nanoTime();
    private int used;
    private long nextFree = started;

    Budget(CheckLimits limits) {
        this.limits = limits;
    }

    /**
     * Permits requests that are sent together, when the rate allows it.
     *
     * @throws LimitReachedException if they would be too many, or too late
     */
    void permit(int requests) {
        Duration wait = Duration.ofNanos(Math.max(0, reserve(requests)));
        pause(wait);
    }

    private synchronized long reserve(int requests) {
        if (used + requests > limits.requests()) {
            throw new LimitReachedException(
                    "The limit of " + limits.requests() + " requests is reached; allow more with --max-requests");
        }
        used += requests;
        long now = System.nanoTime();
        long turn = Math.max(now, nextFree);
        nextFree = turn + (long) (requests * 1e9 / limits.perSecond());
        return turn - now;
    }

    /**
     * Waits, where time has to pass.
     *
     * @throws LimitReachedException if the check would end before
     */
    void pause(Duration duration) {
        if (duration.compareTo(left()) > 0) {
            throw new LimitReachedException("The time limit of "
                    + limits.total().toSeconds() + " seconds is reached; allow more with --max-time");
        }
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LimitReachedException("The check was interrupted");
        }
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    Duration left() {
        return limits.total().minus(elapsed());
    }

    synchronized int used() {
        return used;
    }
}
