package dev.reprise.console.operations;

import dev.reprise.OperationState.Running;
import java.time.Instant;

/**
 * A node as far as it is seen in a store: by the operations that it owns and that run.
 *
 * @param name the name of the node, which an engine has for as long as it lives
 * @param operations how many it owns
 * @param overdue for how many of them its lease has run out
 * @param oldest when the oldest of them was first claimed, by whichever node
 */
public record NodeView(String name, int operations, int overdue, Instant oldest) {
    static NodeView of(Running running, Instant createdAt, boolean abandoned) {
        return new NodeView(running.owner().node(), 1, abandoned ? 1 : 0, createdAt);
    }

    NodeView and(NodeView more) {
        return new NodeView(
                name,
                operations + more.operations,
                overdue + more.overdue,
                oldest.isBefore(more.oldest) ? oldest : more.oldest);
    }

    /** Whether none of these leases holds, so that nothing shows that it is there. */
    public boolean holdsNone() {
        return overdue == operations;
    }
}
