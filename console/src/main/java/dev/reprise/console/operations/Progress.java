package dev.reprise.console.operations;

import dev.reprise.spi.Interventions.Standing;
import dev.reprise.spi.ResumableStore.Failing;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Progressing;
import dev.reprise.spi.ResumableStore.Recorded;
import dev.reprise.spi.ResumableStore.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far an operation has come that is carried through in steps.
 *
 * @param type which code carries it through
 * @param version of that code
 * @param idleAttempts how many owners in a row have had it since a step was finished
 * @param notBefore nobody goes on with it until then; null if it waits for no time
 * @param awaitsAnswer whether it waits for an answer
 * @param lastError why it could not go on, the last time; null if it always could
 * @param steps in the order in which they were recorded; null where they were not asked for
 */
public record Progress(
        String type,
        int version,
        int idleAttempts,
        @Nullable Instant notBefore,
        boolean awaitsAnswer,
        @Nullable String lastError,
        @Nullable List<StepView> steps) {
    /**
     * A step.
     *
     * @param name its identity
     * @param kind what sort; null if nothing is recorded of it but its failures
     * @param runs in how many runs it was tried, those left out that vanished in it
     * @param finished whether it is
     * @param at when it was last written; null if it was not
     * @param bytes the length of its result; null if it is not finished
     */
    public record StepView(
            String name,
            @Nullable Kind kind,
            int runs,
            boolean finished,
            @Nullable Instant at,
            @Nullable Long bytes) {
        private static StepView of(Recorded recorded, @Nullable Failing failing) {
            Step step = recorded.step();
            var result = step.result();
            return new StepView(
                    step.name(),
                    step.kind(),
                    result == null && failing != null && failing.step().equals(step.name())
                            ? failing.runs()
                            : step.runs(),
                    result != null,
                    recorded.at(),
                    result == null ? null : (long) result.length());
        }

        private static StepView of(Failing failing) {
            return new StepView(failing.step(), null, failing.runs(), false, null, null);
        }
    }

    /** Without the steps. */
    static Progress of(Standing standing, Instant now) {
        boolean answer = standing.notBefore().equals(Instant.MAX);
        return new Progress(
                standing.type().name(),
                standing.type().version(),
                standing.idleAttempts(),
                answer || !standing.notBefore().isAfter(now) ? null : standing.notBefore(),
                answer,
                standing.lastError().isEmpty() ? null : standing.lastError(),
                null);
    }

    /** With the steps, and the one that fails again and again before there is anything to record of it. */
    Progress with(Progressing progressing) {
        Failing failing = progressing.failing();
        List<StepView> views = new ArrayList<>();
        progressing.steps().forEach(recorded -> views.add(StepView.of(recorded, failing)));
        if (failing != null && views.stream().noneMatch(view -> view.name().equals(failing.step()))) {
            views.add(StepView.of(failing));
        }
        return new Progress(type, version, idleAttempts, notBefore, awaitsAnswer, lastError, views);
    }

    /** Whether it waits for a time or an answer. */
    boolean waits() {
        return awaitsAnswer || notBefore != null;
    }
}
