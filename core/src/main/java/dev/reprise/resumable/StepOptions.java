package dev.reprise.resumable;

import dev.reprise.internal.Durations;
import java.time.Duration;

/**
 * How a remote step is made again when it fails, before the whole operation backs off. Pauses have full jitter, and their
 * bound doubles.
 *
 * @param attempts how many at most, from 1
 * @param firstPause the bound of the first pause; 1 ms to an hour
 * @param longestPause the bound of all pauses; 1 ms to an hour
 */
public record StepOptions(int attempts, Duration firstPause, Duration longestPause) {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** One attempt: what fails makes the operation back off. */
    public static final StepOptions DEFAULT = new StepOptions(1, Duration.ofMillis(100), Duration.ofSeconds(5));

    /** @throws IllegalArgumentException if a value is out of its limits */
    public StepOptions {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be positive: " + attempts);
        }
        Durations.between("firstPause", SHORTEST, firstPause, LONGEST);
        Durations.between("longestPause", SHORTEST, longestPause, LONGEST);
    }

    /** These options with another number of attempts. */
    public StepOptions withAttempts(int changed) {
        return new StepOptions(changed, firstPause, longestPause);
    }
}
