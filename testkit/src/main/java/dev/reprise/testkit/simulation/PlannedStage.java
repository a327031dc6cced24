package dev.reprise.testkit.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A piece of the code of an operation: branches that are taken at once, and then waited for. Most have one.
 *
 * @param branches the steps of each
 */
record PlannedStage(List<List<PlannedStep>> branches) {
    /** Steps in branches that are next to each other are taken at once. */
    static List<PlannedStage> of(List<PlannedStep> steps) {
        List<PlannedStage> stages = new ArrayList<>();
        Map<Integer, List<PlannedStep>> open = new TreeMap<>();
        for (PlannedStep step : steps) {
            if (step.branch() == 0) {
                close(open, stages);
                stages.add(new PlannedStage(List.of(List.of(step))));
            } else {
                open.computeIfAbsent(step.branch(), ignored -> new ArrayList<>())
                        .add(step);
            }
        }
        close(open, stages);
        return stages;
    }

    private static void close(Map<Integer, List<PlannedStep>> open, List<PlannedStage> stages) {
        if (!open.isEmpty()) {
            stages.add(new PlannedStage(List.copyOf(open.values())));
            open.clear();
        }
    }
}
