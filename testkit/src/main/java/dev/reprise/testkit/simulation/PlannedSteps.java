package dev.reprise.testkit.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * The steps of all operations, and who knows them.
 *
 * @param operations the steps of the second version of the code; the first one has not the last of them
 * @param oldNodes the nodes that know the first version only
 */
record PlannedSteps(List<List<PlannedStep>> operations, List<Integer> oldNodes) {
    /** For runs without steps. */
    static final PlannedSteps NONE = new PlannedSteps(List.of(), List.of());

    PlannedSteps {
        operations = operations.stream().map(List::copyOf).toList();
        oldNodes = List.copyOf(oldNodes);
    }

    /** The newest version of the code that a node has. */
    int newest(int node) {
        return oldNodes.contains(node) ? 1 : 2;
    }

    List<PlannedStep> of(int operation, int version) {
        List<PlannedStep> steps = operations.get(operation);
        return version == 1 ? steps.subList(0, steps.size() - 1) : steps;
    }

    /** How many of them give trouble. */
    int troubles() {
        return (int) operations.stream()
                .flatMap(List::stream)
                .filter(PlannedStep::isTroubled)
                .count();
    }

    /** With a step less, or the trouble of one, or without branches. */
    List<PlannedSteps> smaller() {
        List<PlannedSteps> smaller = new ArrayList<>();
        for (int operation = 0; operation < operations.size(); operation++) {
            List<PlannedStep> steps = operations.get(operation);
            if (steps.stream().anyMatch(step -> step.branch() > 0)) {
                smaller.add(
                        with(operation, steps.stream().map(step -> step.in(0)).toList()));
            }
            for (int step = 0; step < steps.size(); step++) {
                if (steps.get(step).isTroubled()) {
                    List<PlannedStep> calmer = new ArrayList<>(steps);
                    calmer.set(step, steps.get(step).withoutTrouble());
                    smaller.add(with(operation, calmer));
                }
                if (steps.size() > 1) {
                    List<PlannedStep> fewer = new ArrayList<>(steps);
                    fewer.remove(step);
                    smaller.add(with(operation, fewer));
                }
            }
        }
        if (!oldNodes.isEmpty()) {
            smaller.add(new PlannedSteps(operations, List.of()));
        }
        return smaller;
    }

    private PlannedSteps with(int operation, List<PlannedStep> steps) {
        List<List<PlannedStep>> changed = new ArrayList<>(operations);
        changed.set(operation, steps);
        return new PlannedSteps(changed, oldNodes);
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            lines.add("operation " + i + " has the steps " + operations.get(i));
        }
        if (!oldNodes.isEmpty()) {
            lines.add("the last step is not known to nodes " + oldNodes);
        }
        return lines;
    }
}
