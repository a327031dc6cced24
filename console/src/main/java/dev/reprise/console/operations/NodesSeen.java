package dev.reprise.console.operations;

import java.util.List;

/**
 * The nodes that are seen in a store, as far as was looked. One that has nothing to do is not seen.
 *
 * @param nodes those that are probably gone first, and then those with the most operations
 * @param all whether all operations that run were looked at
 */
public record NodesSeen(List<NodeView> nodes, boolean all) {
    /** Copies the list. */
    public NodesSeen {
        nodes = List.copyOf(nodes);
    }
}
