package dev.reprise.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was found.
 *
 * @param filter what was looked for
 * @param rows what was found
 * @param summary how far this goes, in words
 * @param next where it goes on; null at the end
 * @param first where it begins; null at the beginning
 * @param conditions the filter, as the query of a URL has it
 * @param actions what can be done to many of them
 */
public record ListPage(
        FilterForm filter,
        List<OperationRow> rows,
        String summary,
        @Nullable String next,
        @Nullable String first,
        String conditions,
        List<ActionChoice> actions) {
    /** Copies the lists. */
    public ListPage {
        rows = List.copyOf(rows);
        actions = List.copyOf(actions);
    }
}
