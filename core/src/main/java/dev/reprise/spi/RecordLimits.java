package dev.reprise.spi;

import dev.reprise.OperationPolicy;
import java.time.Duration;

/** Limits on what stores are given, so that each fits into what their clocks count in. */
public final class RecordLimits {
    private static final Duration LONGEST_TURN = Duration.ofDays(1);

    private RecordLimits() {}

    /**
     * The retention, if a store can keep a record that long.
     *
     * @throws IllegalArgumentException if it is not positive, or longer than {@link OperationPolicy#MAX_RETENTION}
     */
    public static Duration retention(Duration retention) {
        return limited("A record is kept for up to ", retention, OperationPolicy.MAX_RETENTION);
    }

    /**
     * The time for which one engine has the turn to find out what happened.
     *
     * @throws IllegalArgumentException if it is not positive, or longer than a day
     */
    public static Duration turn(Duration turn) {
        return limited("A turn to find out what happened lasts up to ", turn, LONGEST_TURN);
    }

    private static Duration limited(String limit, Duration value, Duration longest) {
        if (value.isNegative() || value.isZero() || value.compareTo(longest) > 0) {
            throw new IllegalArgumentException(limit + longest + ", and not for " + value);
        }
        return value;
    }
}
