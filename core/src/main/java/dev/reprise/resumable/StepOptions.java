package dev.reprise.resumable;

import dev.reprise.OperationPolicy;
import dev.reprise.internal.Durations;
import java.time.Duration;

/**
 * How long the call of a remote step may take, and how it is made again when it fails, before the whole operation backs off.
 * Pauses have full jitter, and their bound doubles.
 *
 * @param attempts how many at most, from 1
 * @param firstPause the bound of the first pause; 1 ms to an hour
 * @param longestPause the bound of all pauses; 1 ms to an hour
 * @param timeLimit how long one call may take before its thread is interrupted, within 0.1 s; 1 ms to {@link
 *     OperationPolicy#MAX_RUN_TIME}. The lease is renewed meanwhile, up to the operation's own longest run time.
 */
public record StepOptions(int attempts, Duration firstPause, Duration longestPause, Duration timeLimit) {
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** One attempt, so that what fails makes the operation back off, and only the operation's longest run time. */
    public static final StepOptions DEFAULT =
            new StepOptions(1, Duration.ofMillis(100), Duration.ofSeconds(5), OperationPolicy.MAX_RUN_TIME);

    /** @throws IllegalArgumentException if a value is out of its limits */
    public StepOptions {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be positive: " + attempts);
        }
        Durations.between("firstPause", SHORTEST, firstPause, LONGEST);
        Durations.between("longestPause", SHORTEST, longestPause, LONGEST);
        Durations.between("timeLimit", SHORTEST, timeLimit, OperationPolicy.MAX_RUN_TIME);
    }

    /** These options with another number of attempts. */
    public StepOptions withAttempts(int changed) {
        return new StepOptions(changed, firstPause, longestPause, timeLimit);
    }

    /** These options with other bounds of the pauses. */
    public StepOptions withPauses(Duration first, Duration longest) {
        return new StepOptions(attempts, first, longest, timeLimit);
    }

    /** These options with another limit on the time of one call. */
    public StepOptions withTimeLimit(Duration changed) {
        return new StepOptions(attempts, firstPause, longestPause, changed);
    }
}
