package dev.reprise.conformance.check;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a check would do.
 *
 * @param summary what is sent where, and how much at most, a line each
 * @param steps the cases, in order
 */
public record CheckPlan(List<String> summary, List<Step> steps) {
    public CheckPlan {
        summary = List.copyOf(summary);
        steps = List.copyOf(steps);
    }

    /**
     * A case.
     *
     * @param obstacle why it will not run; null if it will
     */
    public record Step(String id, String title, @Nullable String obstacle) {
        public Step {
            Objects.requireNonNull(id);
            Objects.requireNonNull(title);
        }
    }

    static Step step(Case planned, Optional<String> obstacle) {
        return new Step(planned.id(), planned.title(), obstacle.orElse(null));
    }

    /** How many cases will run. */
    public long running() {
        return steps.stream().filter(step -> step.obstacle() == null).count();
    }
}
