package dev.reprise.internal;

import java.time.Duration;

/** Limits on durations, so that each fits into what stores and timers count in. */
public final class Durations {
    private Durations() {}

    /**
     * The value, if it lies between the limits, both included.
     *
     * @throws IllegalArgumentException if it does not; the message names the limits
     */
    public static Duration between(String name, Duration least, Duration value, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + " has to be from " + least + " to " + most + ", and is " + value);
        }
        return value;
    }
}
