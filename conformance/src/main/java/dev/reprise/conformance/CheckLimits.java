package dev.reprise.conformance;

import java.time.Duration;

/**
 * How much the checker may ask of a target.
 *
 * @param requests the most requests in all, those that count effects included
 * @param total the longest the whole check may take
 * @param perSecond the most requests per second on average; those of one burst count together
 * @param burst how many requests are sent at once where that is the point (S16)
 * @param perRequest the longest one request may take, from connecting to the last byte
 * @param responseBytes the longest response body that is read
 */
public record CheckLimits(
        int requests, Duration total, double perSecond, int burst, Duration perRequest, int responseBytes) {
    /** 600 requests, 5 minutes, 20 requests per second, 50 at once, 15 seconds each, 4 MiB. */
    public static final CheckLimits DEFAULT =
            new CheckLimits(600, Duration.ofMinutes(5), 20, 50, Duration.ofSeconds(15), 4 * 1024 * 1024);

    /** @throws IllegalArgumentException if one of them allows nothing */
    public CheckLimits {
        if (requests < 1 || responseBytes < 1 || !(perSecond > 0) || !isPositive(total) || !isPositive(perRequest)) {
            throw new IllegalArgumentException("Every limit must allow something: give numbers above 0");
        }
        if (burst < 2) {
            throw new IllegalArgumentException("A burst is at least 2 requests at once, not " + burst);
        }
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isZero() && !duration.isNegative();
    }
}
