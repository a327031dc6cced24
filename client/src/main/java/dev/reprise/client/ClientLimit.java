package dev.reprise.client;

import java.time.Duration;

/** How long the durations may be that a client is given: the table in {@code docs/client.md}. */
enum ClientLimit {
    DEADLINE(
            "deadline",
            Duration.ofMillis(1),
            Duration.ofDays(7),
            "a call waits in memory; the outbox is for what takes longer"),
    ATTEMPT_TIMEOUT(
            "attemptTimeout",
            Duration.ofMillis(1),
            Duration.ofDays(7),
            "clients count milliseconds, and a call ends with its deadline"),
    HEDGE_AFTER(
            "hedgeAfter",
            Duration.ofMillis(1),
            Duration.ofDays(7),
            "clients count milliseconds, and a call ends with its deadline"),
    RETENTION("retention", Duration.ofMillis(1), Duration.ofDays(3650), "nobody is known to keep keys for longer"),
    BASE("base", Duration.ZERO, Duration.ofDays(365), "nobody waits a year for a retry"),
    CAP("cap", Duration.ZERO, Duration.ofDays(365), "nobody waits a year for a retry"),
    FLOOR("floor", Duration.ZERO, Duration.ofDays(365), "nobody waits a year for a retry");

    private final String setting;
    private final Duration shortest;
    private final Duration longest;
    private final String reason;

    ClientLimit(String setting, Duration shortest, Duration longest, String reason) {
        this.setting = setting;
        this.shortest = shortest;
        this.longest = longest;
        this.reason = reason;
    }

    Duration shortest() {
        return shortest;
    }

    Duration longest() {
        return longest;
    }

    /** @throws IllegalArgumentException if the duration is not within this limit */
    void require(Duration duration) {
        if (duration.compareTo(shortest) < 0 || duration.compareTo(longest) > 0) {
            throw new IllegalArgumentException(setting + " is from " + words(shortest) + " to " + words(longest)
                    + ", not " + duration + ": " + reason);
        }
    }

    /** Its row in the table. */
    String row() {
        return "| `" + setting + "` | " + words(shortest) + " | " + words(longest) + " | " + reason + " |";
    }

    private static String words(Duration duration) {
        if (duration.isZero()) {
            return "0";
        }
        return duration.toDays() > 0 ? duration.toDays() + " days" : duration.toMillis() + " ms";
    }
}
