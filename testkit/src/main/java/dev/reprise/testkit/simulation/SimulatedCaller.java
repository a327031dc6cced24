package dev.reprise.testkit.simulation;

import java.time.Duration;
import java.util.List;

/**
 * A caller that wants an operation, and asks again while it gets no answer that is final.
 *
 * @param number names it in the story
 * @param at when it comes
 * @param node which node it asks first
 * @param operation which operation it wants
 * @param principal who it is
 * @param payload what it sends
 * @param tries how often it asks at most
 * @param pause between two tries
 * @param behaviours what handlers do that run for it, one after the other
 */
record SimulatedCaller(
        int number,
        Duration at,
        int node,
        int operation,
        String principal,
        String payload,
        int tries,
        Duration pause,
        List<Behaviour> behaviours) {
    SimulatedCaller {
        behaviours = List.copyOf(behaviours);
    }

    @Override
    public String toString() {
        return "caller " + number + " wants " + OperationNames.of(this) + " at " + at.toMillis() + " ms from node "
                + node + ", " + tries + " times at most; handlers: " + behaviours;
    }
}
