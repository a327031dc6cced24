package dev.reprise.testkit.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A run in which something happened that must not.
 *
 * @param seed which makes it again
 * @param rule what was violated
 * @param faults how many things have to go wrong for it
 * @param story what happened, in the smallest run that still fails
 */
public record SimulationFailure(long seed, String rule, int faults, List<String> story) {
    /** @throws NullPointerException if there is no story */
    public SimulationFailure {
        story = List.copyOf(story);
    }

    /** Makes the plan as small as it gets without losing the failure. */
    static SimulationFailure of(RunPlan plan, BiFunction<RunPlan, Trace, Optional<AssertionError>> run) {
        RunPlan smallest = plan;
        boolean shrunk = true;
        while (shrunk) {
            shrunk = false;
            for (RunPlan smaller : smallest.smaller()) {
                if (run.apply(smaller, new Trace(false)).isPresent()) {
                    smallest = smaller;
                    shrunk = true;
                    break;
                }
            }
        }
        Trace trace = new Trace(true);
        String rule = run.apply(smallest, trace).map(Throwable::getMessage).orElse("");
        List<String> story = new ArrayList<>(smallest.lines());
        story.addAll(trace.lines());
        return new SimulationFailure(plan.seed(), rule, smallest.size(), story);
    }

    /** The whole story, for people. */
    @Override
    public String toString() {
        return "Seed " + seed + ": " + rule + "\n  " + String.join("\n  ", story) + "\n";
    }
}
