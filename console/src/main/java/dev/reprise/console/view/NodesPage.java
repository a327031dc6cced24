package dev.reprise.console.view;

import java.util.List;

/**
 * This process, and the nodes that are seen in the store.
 *
 * @param facts what is known of this process
 * @param problems what is wrong with it and with the store
 * @param nodes those that are seen
 * @param more what was left out, in words; empty if nothing was
 * @param at when this was counted
 * @param anew whether that was a while ago, and somebody is at it again
 */
public record NodesPage(
        List<Fact> facts, List<String> problems, List<NodeRow> nodes, String more, String at, boolean anew) {
    /** Copies the lists. */
    public NodesPage {
        facts = List.copyOf(facts);
        problems = List.copyOf(problems);
        nodes = List.copyOf(nodes);
    }
}
