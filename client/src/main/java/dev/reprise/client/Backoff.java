package dev.reprise.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How long to wait before each retry: exponentially longer, random, within bounds (C3).
 *
 * <p>The longest wait before retry n (counted from 0) is {@code min(cap, base·2^n)}, the shortest is the floor. A
 * floor leaves room for the jitter: the longest wait is at least twice the floor. Decorrelated jitter draws from the
 * base to {@code min(cap, 3·previous)}; unlike in its usual form the cap bounds the range and not the draw, so waits do
 * not pile up at the cap.
 *
 * @param jitter how the wait is drawn
 * @param base the longest wait before the first retry; zero for no waiting at all
 * @param cap the longest wait
 * @param floor the shortest wait, at most half of the cap
 */
public record Backoff(Jitter jitter, Duration base, Duration cap, Duration floor) {
    /** @throws IllegalArgumentException if a duration is negative or over a year, or two contradict each other */
    public Backoff {
        ClientLimits.BASE.require(base);
        ClientLimits.CAP.require(cap);
        ClientLimits.FLOOR.require(floor);
        if (base.compareTo(cap) > 0) {
            throw new IllegalArgumentException("base (" + base + ") is longer than cap (" + cap + ")");
        }
        if (floor.multipliedBy(2).compareTo(cap) > 0) {
            throw new IllegalArgumentException("floor (" + floor + ") is more than half of cap (" + cap
                    + "), which leaves no room for the jitter");
        }
    }

    /** Full jitter, without a floor. */
    public static Backoff full(Duration base, Duration cap) {
        return new Backoff(Jitter.FULL, base, cap, Duration.ZERO);
    }

    /** Retries immediately: to measure what backoff is good for, not for clients. */
    public static Backoff none() {
        return new Backoff(Jitter.NONE, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    /** This backoff with another jitter. */
    public Backoff withJitter(Jitter changed) {
        return new Backoff(changed, base, cap, floor);
    }

    /** This backoff with another floor. */
    public Backoff withFloor(Duration changed) {
        return new Backoff(jitter, base, cap, changed);
    }

    /**
     * The wait before a retry.
     *
     * @param retry which retry it is, from 0
     * @param previous the previous wait, which decorrelated jitter uses; ignored for the first retry
     * @param random where the draw comes from
     * @throws IllegalArgumentException if the number of the retry is negative
     */
    public Duration delay(int retry, Duration previous, RandomGenerator random) {
        if (retry < 0) {
            throw new IllegalArgumentException("The first retry is number 0, and there is none with " + retry);
        }
        long lowest = floor.toNanos();
        long highest = Math.max(exponential(retry), 2 * lowest);
        return Duration.ofNanos(
                switch (jitter) {
                    case NONE -> highest;
                    case FULL -> between(lowest, highest, random);
                    case EQUAL -> between(highest / 2, highest, random);
                    case DECORRELATED -> decorrelated(retry, previous, random);
                });
    }

    private long exponential(int retry) {
        long nanos = base.toNanos();
        // Beyond 40 doublings any base of a nanosecond or more is over the cap or about to be.
        return retry > 40 || nanos > cap.toNanos() >> retry ? (nanos == 0 ? 0 : cap.toNanos()) : nanos << retry;
    }

    private long decorrelated(int retry, Duration previous, RandomGenerator random) {
        long lowest = Math.max(base.toNanos(), floor.toNanos());
        long before =
                retry == 0 ? base.toNanos() : Math.clamp(TimeUnit.NANOSECONDS.convert(previous), 0, cap.toNanos());
        long highest = Math.clamp(3 * before, Math.min(2 * lowest, cap.toNanos()), cap.toNanos());
        return between(Math.min(lowest, highest), highest, random);
    }

    private static long between(long lowest, long highest, RandomGenerator random) {
        return lowest == highest ? lowest : random.nextLong(lowest, highest + 1);
    }
}
