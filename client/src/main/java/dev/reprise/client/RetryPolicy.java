package dev.reprise.client;

import dev.reprise.client.spi.RetryRule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a call is retried, how often, and for how long. Immutable. The limits of its durations are in {@code
 * docs/client.md}.
 *
 * @param backoff how long to wait before each retry (C3)
 * @param maxAttempts how often a request is sent at most, including the first time (C5)
 * @param deadline how long a call may take, with all its attempts and waits (C5)
 * @param attemptTimeout how long one attempt may take, including its body; a shorter timeout of the request takes
 *     precedence
 * @param retention how long the server keeps an answer, counted from the first attempt; nothing is resent after that
 *     (C7). The field {@code Idempotency-Retention} of an answer can only shorten it.
 * @param budget how many retries each host gets (C6)
 * @param rule can change which attempts are followed by another one (C2)
 * @param hedgeAfter how long an attempt may go without an answer before another one is sent beside it; null for never
 */
public record RetryPolicy(
        Backoff backoff,
        int maxAttempts,
        Duration deadline,
        Duration attemptTimeout,
        Duration retention,
        RetryBudget budget,
        RetryRule rule,
        @Nullable Duration hedgeAfter) {
    /** A report has the wait before each. */
    private static final int MOST_ATTEMPTS = 1000;

    private static final RetryPolicy CONSIDERATE = new RetryPolicy(
            Backoff.full(Duration.ofMillis(200), Duration.ofSeconds(20)),
            6,
            Duration.ofMinutes(1),
            Duration.ofSeconds(20),
            Duration.ofHours(24),
            new RetryBudget(20, 0.1),
            RetryRule.usual(),
            null);
    private static final RetryPolicy STRIPE = new RetryPolicy(
            Backoff.full(Duration.ofSeconds(1), Duration.ofSeconds(8)).withFloor(Duration.ofMillis(250)),
            4,
            Duration.ofMinutes(5),
            Duration.ofSeconds(80),
            Duration.ofHours(24),
            new RetryBudget(20, 0.1),
            RetryRule.usual(),
            null);

    /** @throws IllegalArgumentException if a setting is out of its range, or two contradict each other */
    public RetryPolicy {
        if (maxAttempts < 1 || maxAttempts > MOST_ATTEMPTS) {
            throw new IllegalArgumentException("maxAttempts is from 1 to " + MOST_ATTEMPTS + ", not " + maxAttempts);
        }
        ClientLimits.DEADLINE.require(deadline);
        ClientLimits.ATTEMPT_TIMEOUT.require(attemptTimeout);
        ClientLimits.RETENTION.require(retention);
        requireAtMost("attemptTimeout", attemptTimeout, "deadline", deadline);
        requireAtMost("deadline", deadline, "retention", retention);
        if (hedgeAfter != null) {
            requireHedgeable(hedgeAfter, maxAttempts, attemptTimeout);
        }
    }

    /**
     * Full jitter from 200 milliseconds up to 20 seconds; 6 attempts of at most 20 seconds each, in at most a minute;
     * a retention of 24 hours; per host 20 retries at once, and one more per ten successes.
     */
    public static RetryPolicy considerate() {
        return CONSIDERATE;
    }

    /**
     * For Stripe's API: full jitter from 1 second up to 8, at least 250 milliseconds; 4 attempts of at most 80 seconds
     * each, in at most 5 minutes; a retention of 24 hours; the budget of {@link #considerate}.
     */
    public static RetryPolicy stripe() {
        return STRIPE;
    }

    /** This policy with another backoff. */
    public RetryPolicy withBackoff(Backoff changed) {
        return new RetryPolicy(changed, maxAttempts, deadline, attemptTimeout, retention, budget, rule, hedgeAfter);
    }

    /** This policy with another number of attempts. */
    public RetryPolicy withMaxAttempts(int changed) {
        return new RetryPolicy(backoff, changed, deadline, attemptTimeout, retention, budget, rule, hedgeAfter);
    }

    /** This policy with other time limits, of the whole call and of each attempt. */
    public RetryPolicy withTimeLimits(Duration changedDeadline, Duration changedAttemptTimeout) {
        return new RetryPolicy(
                backoff, maxAttempts, changedDeadline, changedAttemptTimeout, retention, budget, rule, hedgeAfter);
    }

    /** This policy with another retention. */
    public RetryPolicy withRetention(Duration changed) {
        return new RetryPolicy(backoff, maxAttempts, deadline, attemptTimeout, changed, budget, rule, hedgeAfter);
    }

    /** This policy with another budget. */
    public RetryPolicy withBudget(RetryBudget changed) {
        return new RetryPolicy(backoff, maxAttempts, deadline, attemptTimeout, retention, changed, rule, hedgeAfter);
    }

    /** This policy with another rule. */
    public RetryPolicy withRule(RetryRule changed) {
        return new RetryPolicy(backoff, maxAttempts, deadline, attemptTimeout, retention, budget, changed, hedgeAfter);
    }

    /**
     * This policy with hedging: if an attempt has no answer after that time, another one is sent beside it, with the
     * same key and bytes. The first answer that ends the call wins, and the other attempt is cancelled. A hedge is an
     * attempt: it counts, and needs a token of the budget and time before the deadline. Each attempt has at most one.
     *
     * <p>Only requests with safe methods or a key are hedged, if their bodies can be sent twice. While an operation
     * with a key runs, its hedge gets "in progress": so a hedge helps against a lost request or a stuck connection,
     * not against a slow server. Only {@link RetryingHttpClient} hedges, except for calls with a push handler; the
     * adapters of other clients refuse such a policy.
     *
     * @param after longer than nearly all calls take, or the server does everything twice
     * @throws IllegalArgumentException if that is not shorter than attemptTimeout, or maxAttempts is 1
     */
    public RetryPolicy withHedging(Duration after) {
        return new RetryPolicy(backoff, maxAttempts, deadline, attemptTimeout, retention, budget, rule, after);
    }

    private static void requireHedgeable(Duration hedgeAfter, int maxAttempts, Duration attemptTimeout) {
        ClientLimits.HEDGE_AFTER.require(hedgeAfter);
        if (hedgeAfter.compareTo(attemptTimeout) >= 0) {
            throw new IllegalArgumentException("hedgeAfter (" + hedgeAfter + ") is not shorter than attemptTimeout ("
                    + attemptTimeout + "), so that no attempt would ever be hedged");
        }
        if (maxAttempts == 1) {
            throw new IllegalArgumentException(
                    "hedgeAfter (" + hedgeAfter + ") asks for a second attempt, which maxAttempts (1) does not allow");
        }
    }

    private static void requireAtMost(String name, Duration duration, String otherName, Duration other) {
        if (duration.compareTo(other) > 0) {
            throw new IllegalArgumentException(
                    name + " (" + duration + ") is longer than " + otherName + " (" + other + ")");
        }
    }
}
