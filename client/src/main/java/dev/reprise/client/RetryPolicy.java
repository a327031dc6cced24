package dev.reprise.client;

import java.time.Duration;

/**
 * When a call is retried, how often, and for how long. Immutable.
 *
 * @param backoff how long to wait before each retry (C3)
 * @param maxAttempts how often a request is sent at most, the first time included (C5)
 * @param deadline how long a call may take with all its attempts and waits (C5)
 * @param attemptTimeout how long one attempt may take, its body included; a timeout that the request itself has goes first
 * @param retention how long the server is known to keep an answer; nothing is resent after that, counted from the first
 *     attempt (C7). The field {@code Idempotency-Retention} of an answer can only shorten it.
 * @param budget how many retries each host gets (C6)
 * @param rule a say in which attempts are followed by another one (C2)
 */
public record RetryPolicy(
        Backoff backoff,
        int maxAttempts,
        Duration deadline,
        Duration attemptTimeout,
        Duration retention,
        RetryBudget budget,
        RetryRule rule) {
    private static final RetryPolicy CONSIDERATE = new RetryPolicy(
            Backoff.full(Duration.ofMillis(200), Duration.ofSeconds(20)),
            6,
            Duration.ofMinutes(1),
            Duration.ofSeconds(20),
            Duration.ofHours(24),
            new RetryBudget(20, 0.1),
            RetryRule.usual());
    private static final RetryPolicy STRIPE = new RetryPolicy(
            Backoff.full(Duration.ofSeconds(1), Duration.ofSeconds(8)).withFloor(Duration.ofMillis(250)),
            4,
            Duration.ofMinutes(5),
            Duration.ofSeconds(80),
            Duration.ofHours(24),
            new RetryBudget(20, 0.1),
            RetryRule.usual());

    /** @throws IllegalArgumentException if a setting is out of its range, or two contradict each other */
    public RetryPolicy {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts is at least 1, not " + maxAttempts);
        }
        requirePositive("deadline", deadline);
        requirePositive("attemptTimeout", attemptTimeout);
        requirePositive("retention", retention);
        requireAtMost("attemptTimeout", attemptTimeout, "deadline", deadline);
        requireAtMost("deadline", deadline, "retention", retention);
    }

    /**
     * Full jitter from 200 milliseconds up to 20 seconds, 6 attempts of at most 20 seconds each in at most a minute, a
     * retention of 24 hours, and per host 20 retries at once and one per ten successes.
     */
    public static RetryPolicy considerate() {
        return CONSIDERATE;
    }

    /**
     * For Stripe's API: full jitter from a second up to 8, at least 250 milliseconds, 4 attempts of at most 80 seconds each
     * in at most 5 minutes, a retention of 24 hours, and the same budget as {@link #considerate}.
     */
    public static RetryPolicy stripe() {
        return STRIPE;
    }

    /** This policy with another backoff. */
    public RetryPolicy withBackoff(Backoff changed) {
        return new RetryPolicy(changed, maxAttempts, deadline, attemptTimeout, retention, budget, rule);
    }

    /** This policy with another number of attempts. */
    public RetryPolicy withMaxAttempts(int changed) {
        return new RetryPolicy(backoff, changed, deadline, attemptTimeout, retention, budget, rule);
    }

    /** This policy with other time limits, of the whole call and of each attempt. */
    public RetryPolicy withTimeLimits(Duration changedDeadline, Duration changedAttemptTimeout) {
        return new RetryPolicy(backoff, maxAttempts, changedDeadline, changedAttemptTimeout, retention, budget, rule);
    }

    /** This policy with another retention. */
    public RetryPolicy withRetention(Duration changed) {
        return new RetryPolicy(backoff, maxAttempts, deadline, attemptTimeout, changed, budget, rule);
    }

    /** This policy with another budget. */
    public RetryPolicy withBudget(RetryBudget changed) {
        return new RetryPolicy(backoff, maxAttempts, deadline, attemptTimeout, retention, changed, rule);
    }

    /** This policy with another rule. */
    public RetryPolicy withRule(RetryRule changed) {
        return new RetryPolicy(backoff, maxAttempts, deadline, attemptTimeout, retention, budget, changed);
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " is longer than zero, not " + duration);
        }
    }

    private static void requireAtMost(String name, Duration duration, String otherName, Duration other) {
        if (duration.compareTo(other) > 0) {
            throw new IllegalArgumentException(
                    name + " (" + duration + ") is longer than " + otherName + " (" + other + ")");
        }
    }
}
