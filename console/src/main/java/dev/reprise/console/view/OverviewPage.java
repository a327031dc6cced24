package dev.reprise.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is at a glance.
 *
 * @param counts how many are in each state
 * @param stuck those that nobody goes on with
 * @param problems what is wrong with the process and the store
 * @param hasTypes whether there can be operations with steps
 * @param types those that wait, by type
 * @param at when this was counted
 * @param anew whether that was a while ago, and somebody is at it again
 * @param job what is being done to many operations; null if nothing is
 * @param audit what is to be known of the audit; null if it is kept
 */
public record OverviewPage(
        List<CountCell> counts,
        List<OperationRow> stuck,
        List<String> problems,
        boolean hasTypes,
        List<TypeRow> types,
        String at,
        boolean anew,
        @Nullable String job,
        @Nullable String audit) {
    /** Copies the lists. */
    public OverviewPage {
        counts = List.copyOf(counts);
        stuck = List.copyOf(stuck);
        problems = List.copyOf(problems);
        types = List.copyOf(types);
    }
}
