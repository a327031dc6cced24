package dev.reprise.herd;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a herd did.
 *
 * @param variant how its clients retried
 * @param sent calls that were sent from the outage on
 * @param wasted calls of these that failed
 * @param lost operations that were given up
 * @param peak the highest rate after the server came back, in calls per second
 * @param recovery how long after its return the server failed more than one call of a hundred; null if it never got well
 * @param curve the calls over time
 */
record HerdOutcome(
        RetryStyle variant,
        long sent,
        long wasted,
        long lost,
        int peak,
        @Nullable Duration recovery,
        Curve curve) {}
