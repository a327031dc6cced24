package dev.reprise.resumable;

import dev.reprise.OperationPolicy;
import dev.reprise.internal.Durations;
import java.time.Duration;

/**
 * How operations of one type are carried through. Immutable; start from {@link #DEFAULT} and change what differs.
 *
 * @param lease how long an owner holds an operation without renewing, which is how long nobody goes on with it after a crash;
 *     renewed while the operation runs; 1 ms to {@link OperationPolicy#MAX_LEASE}
 * @param maxRunTime how long the lease is renewed for one run, sleeping not counted; 1 ms to {@link OperationPolicy#MAX_RUN_TIME}
 * @param retention how long a finished record is kept (S23); 1 ms to {@link OperationPolicy#MAX_RETENTION}
 * @param attempts how many runs in a row may finish no step before the operation is parked, from 1 (P7)
 * @param firstPause the bound of the pause after the first failed run; it doubles, with full jitter; 1 ms to 30 days
 * @param longestPause the bound of all pauses; 1 ms to 30 days
 * @param mostBytes how large an input or the result of a step may be, up to 64 MiB
 * @param mostSteps how many steps an operation may have, up to 10,000
 */
public record ResumablePolicy(
        Duration lease,
        Duration maxRunTime,
        Duration retention,
        int attempts,
        Duration firstPause,
        Duration longestPause,
        int mostBytes,
        int mostSteps) {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofDays(30);
    private static final int MAX_BYTES = 64 << 20;
    private static final int MAX_STEPS = 10_000;

    /** 30 seconds of lease, runs of an hour, a day of retention, 10 attempts with 1 s to 5 min between them, 1 MiB, 1,000 steps. */
    public static final ResumablePolicy DEFAULT = new ResumablePolicy(
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            Duration.ofHours(24),
            10,
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            1 << 20,
            1_000);

    /** @throws IllegalArgumentException if a value is out of its limits */
    public ResumablePolicy {
        Durations.between("lease", SHORTEST, lease, OperationPolicy.MAX_LEASE);
        Durations.between("maxRunTime", SHORTEST, maxRunTime, OperationPolicy.MAX_RUN_TIME);
        Durations.between("retention", SHORTEST, retention, OperationPolicy.MAX_RETENTION);
        Durations.between("firstPause", SHORTEST, firstPause, LONGEST_PAUSE);
        Durations.between("longestPause", SHORTEST, longestPause, LONGEST_PAUSE);
        between("attempts", attempts, Integer.MAX_VALUE);
        between("mostBytes", mostBytes, MAX_BYTES);
        between("mostSteps", mostSteps, MAX_STEPS);
    }

    private static void between(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " has to be from 1 to " + most + ", and is " + value);
        }
    }

    /** This policy with another lease. */
    public ResumablePolicy withLease(Duration changed) {
        return new ResumablePolicy(
                changed, maxRunTime, retention, attempts, firstPause, longestPause, mostBytes, mostSteps);
    }

    /** This policy with another bound on how long the lease of one run is renewed. */
    public ResumablePolicy withMaxRunTime(Duration changed) {
        return new ResumablePolicy(lease, changed, retention, attempts, firstPause, longestPause, mostBytes, mostSteps);
    }

    /** This policy with another retention. */
    public ResumablePolicy withRetention(Duration changed) {
        return new ResumablePolicy(
                lease, maxRunTime, changed, attempts, firstPause, longestPause, mostBytes, mostSteps);
    }

    /** This policy with other attempts and pauses between them. */
    public ResumablePolicy withAttempts(int changed, Duration first, Duration longest) {
        return new ResumablePolicy(lease, maxRunTime, retention, changed, first, longest, mostBytes, mostSteps);
    }

    /** This policy with other limits on sizes and on the number of steps. */
    public ResumablePolicy withLimits(int bytes, int steps) {
        return new ResumablePolicy(lease, maxRunTime, retention, attempts, firstPause, longestPause, bytes, steps);
    }
}
