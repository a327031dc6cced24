package dev.reprise.testkit.simulation;

import dev.reprise.testkit.simulation.PlannedStep.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Draws the steps of operations, most of which give no trouble. */
final class StepPlanner {
    private static final int MOST_STEPS = 5;
    /** What a step can do; one that works in a transaction and throws has no effect. */
    private static final List<Behaviour> TROUBLES = List.of(
            Behaviour.ANSWERS_SLOWLY,
            Behaviour.OUTLIVES_THE_LEASE,
            Behaviour.OUTLIVES_ITS_TIME,
            Behaviour.THROWS,
            Behaviour.THROWS,
            Behaviour.WORKS_AND_THROWS,
            Behaviour.WORKS_AND_THROWS,
            Behaviour.WORKS_AND_THROWS_AN_ERROR);

    private static final List<Kind> KINDS = List.of(Kind.values());
    private static final int FOR_EVER = 20;

    private final SplittableRandom random;

    StepPlanner(SplittableRandom random) {
        this.random = random;
    }

    PlannedSteps plan(int operations, int nodes) {
        List<List<PlannedStep>> all = new ArrayList<>();
        for (int i = 0; i < operations; i++) {
            List<PlannedStep> steps = new ArrayList<>();
            int number = 2 + random.nextInt(MOST_STEPS);
            for (int place = 1; place <= number; place++) {
                steps.add(step(place));
            }
            all.add(steps);
        }
        List<Integer> oldNodes = new ArrayList<>();
        for (int node = 1; node < nodes; node++) {
            if (oneIn(4)) {
                oldNodes.add(node);
            }
        }
        // Last, so that a seed without branches is what it was before there were any.
        all.replaceAll(this::branched);
        return new PlannedSteps(all, oldNodes);
    }

    /** Perhaps with branches in place of a step. Whatever is done in several branches has names of its own in each (P4). */
    private List<PlannedStep> branched(List<PlannedStep> steps) {
        if (!oneIn(3)) {
            return steps;
        }
        int place = random.nextInt(steps.size());
        int branches = 2 + random.nextInt(2);
        int length = 1 + random.nextInt(2);
        List<PlannedStep> branched = new ArrayList<>(steps.subList(0, place));
        for (int i = 0; i < length; i++) {
            Kind kind = KINDS.get(random.nextInt(KINDS.size()));
            for (int branch = 1; branch <= branches; branch++) {
                branched.add(step(place + 1 + "." + i, "/" + branch, kind).in(branch));
            }
        }
        branched.addAll(steps.subList(place + 1, steps.size()));
        return branched;
    }

    private PlannedStep step(int place) {
        Kind kind = KINDS.get(random.nextInt(KINDS.size()));
        return step(String.valueOf(place), "", oneIn(3) ? Kind.LOCAL : kind);
    }

    private PlannedStep step(String place, String suffix, Kind drawn) {
        Duration length = Duration.ofMillis(
                drawn == Kind.SLEEP ? 100 + random.nextInt(2_000) : oneIn(8) ? random.nextInt(2_500) : 0);
        return new PlannedStep(
                place + " " + drawn.name().toLowerCase(java.util.Locale.ROOT) + suffix, drawn, length, behaviours(), 0);
    }

    private List<Behaviour> behaviours() {
        if (oneIn(25)) {
            return Collections.nCopies(FOR_EVER, Behaviour.THROWS);
        }
        List<Behaviour> behaviours = new ArrayList<>();
        while (oneIn(3)) {
            behaviours.add(TROUBLES.get(random.nextInt(TROUBLES.size())));
        }
        behaviours.add(Behaviour.ANSWERS);
        return behaviours;
    }

    private boolean oneIn(int many) {
        return random.nextInt(many) == 0;
    }
}
