package dev.reprise.outbox;

import java.time.Duration;

/** How long the durations may be that an outbox is given: the table in {@code docs/client.md}. */
enum OutboxLimit {
    LEASE(
            "lease",
            Duration.ofMillis(2),
            Duration.ofDays(1),
            "it is longer than the deadline of the policy, and what a node has taken that dies is nobody's for so long"),
    INTERVAL(
            "interval",
            Duration.ofMillis(1),
            Duration.ofHours(1),
            "what is written down waits for so long if there was nothing to do before"),
    AGE("age", Duration.ZERO, Duration.ofDays(36_500), "nothing that ended is older");

    private final String setting;
    private final Duration shortest;
    private final Duration longest;
    private final String reason;

    OutboxLimit(String setting, Duration shortest, Duration longest, String reason) {
        this.setting = setting;
        this.shortest = shortest;
        this.longest = longest;
        this.reason = reason;
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
        if (duration.toDays() > 0) {
            return duration.toDays() + (duration.toDays() == 1 ? " day" : " days");
        }
        return duration.toHours() > 0 ? duration.toHours() + " hour" : duration.toMillis() + " ms";
    }
}
