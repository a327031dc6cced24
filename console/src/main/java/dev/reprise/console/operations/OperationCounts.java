package dev.reprise.console.operations;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many operations there are, as far as was looked.
 *
 * @param counts by state; each state is in it
 * @param atLeast the states of which there are more than that
 * @param stuck the first unknown ones, and then the first abandoned ones
 */
public record OperationCounts(Map<ListedState, Integer> counts, Set<ListedState> atLeast, List<OperationView> stuck) {
    /** Copies them. */
    public OperationCounts {
        counts = Map.copyOf(counts);
        atLeast = Set.copyOf(atLeast);
        stuck = List.copyOf(stuck);
    }
}
