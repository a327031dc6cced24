package dev.reprise.testkit.simulation;

import java.time.Duration;
import java.util.List;

/**
 * A step of an operation.
 *
 * @param name its identity
 * @param kind what sort
 * @param length how long it sleeps, or the code takes its time after it
 * @param behaviours what it does when it is run, one after the other, on whatever node; the last one again and again
 * @param branch in which of the branches it is that are taken at once; 0 if it is in none
 */
record PlannedStep(String name, Kind kind, Duration length, List<Behaviour> behaviours, int branch) {
    /** The sorts of steps. */
    enum Kind {
        LOCAL,
        REMOTE,
        /** Made again at once when it fails. */
        REMOTE_INSISTING,
        ONCE,
        /** Without an inquiry. */
        ONCE_UNASKED,
        SLEEP,
        AWAIT
    }

    PlannedStep {
        behaviours = List.copyOf(behaviours);
    }

    Behaviour behaviour(int run) {
        return behaviours.get(Math.min(run, behaviours.size() - 1));
    }

    boolean isTroubled() {
        return behaviours.stream().anyMatch(behaviour -> behaviour != Behaviour.ANSWERS);
    }

    PlannedStep withoutTrouble() {
        return new PlannedStep(name, kind, length, List.of(Behaviour.ANSWERS), branch);
    }

    PlannedStep in(int other) {
        return new PlannedStep(name, kind, length, behaviours, other);
    }

    @Override
    public String toString() {
        return name + " (" + length.toMillis() + " ms" + (isTroubled() ? ", " + behaviours : "")
                + (branch > 0 ? ", branch " + branch : "") + ")";
    }
}
