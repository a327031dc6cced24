package dev.reprise.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the charts are drawn from.
 *
 * @param step how long a step is, in seconds
 * @param points the steps that are over, the earliest first
 */
public record ActivityData(long step, List<Point> points) {
    /** Copies the list. */
    public ActivityData {
        points = List.copyOf(points);
    }

    /**
     * A step.
     *
     * @param at when it begins, in seconds since 1970
     * @param median within which time half of the executed were, in milliseconds; null if none were
     * @param slow within which time 99 percent of them were
     */
    public record Point(
            long at,
            int executed,
            int replayed,
            int refused,
            int released,
            int unknown,
            @Nullable Double median,
            @Nullable Double slow) {}
}
