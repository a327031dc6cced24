package dev.reprise.console.charts;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a process did within one step of time.
 *
 * @param at when the step begins
 * @param executed how many operations were executed, with their answers recorded
 * @param replayed how many retries got a recorded answer
 * @param refused how many requests were refused: the operation was running, the request another one, the operation finished without
 *     a replay, or the store did not answer
 * @param released how many operations had no effect, so that their keys are free again
 * @param unknown how often an outcome was found to be unknown, retries that were refused for it included
 * @param median within which time half of the executed were, from the request to the recorded answer; null if there were none
 * @param slow within which time 99 percent of them were
 */
public record ActivityPoint(
        Instant at,
        int executed,
        int replayed,
        int refused,
        int released,
        int unknown,
        @Nullable Duration median,
        @Nullable Duration slow) {
    static ActivityPoint of(Instant at, Figures figures) {
        return new ActivityPoint(
                at,
                figures.executed(),
                figures.replayed(),
                figures.refused(),
                figures.released(),
                figures.unknown(),
                time(figures.median()),
                time(figures.slow()));
    }

    private static @Nullable Duration time(int micros) {
        return micros == 0 ? null : Duration.ofNanos(micros * 1_000L);
    }

    /** Whether nothing happened. */
    public boolean isQuiet() {
        return executed == 0 && replayed == 0 && refused == 0 && released == 0 && unknown == 0;
    }
}
