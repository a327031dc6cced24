package dev.reprise.client.spi;

import java.time.Duration;

/**
 * The range of a setting that is a duration: a row of a table in {@code docs/client.md}.
 *
 * @param setting its name
 * @param shortest the shortest that is accepted
 * @param longest the longest that is accepted
 * @param reason why there is a limit, as the end of a sentence
 */
public record DurationLimit(String setting, Duration shortest, Duration longest, String reason) {
    /**
     * Refuses a duration out of range.
     *
     * @throws IllegalArgumentException if it is
     */
    public void require(Duration duration) {
        if (duration.compareTo(shortest) < 0 || duration.compareTo(longest) > 0) {
            throw new IllegalArgumentException(setting + " is from " + words(shortest) + " to " + words(longest)
                    + ", not " + duration + ": " + reason);
        }
    }

    /** Its row in the table. */
    public String row() {
        return "| `" + setting + "` | " + words(shortest) + " | " + words(longest) + " | " + reason + " |";
    }

    private static String words(Duration duration) {
        if (duration.isZero()) {
            return "0";
        }
        if (duration.toHours() == 0) {
            return duration.toMillis() + " ms";
        }
        return duration.toDays() == 0 ? plural(duration.toHours(), "hour") : plural(duration.toDays(), "day");
    }

    private static String plural(long count, String unit) {
        return count + " " + unit + (count == 1 ? "" : "s");
    }
}
