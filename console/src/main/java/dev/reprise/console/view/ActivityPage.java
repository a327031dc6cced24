package dev.reprise.console.view;

import java.util.List;

/**
 * What the process has done lately.
 *
 * @param since since when it counts
 * @param rows the steps in which something happened, the latest first
 * @param last when the latest step of all begins, in seconds since 1970
 */
public record ActivityPage(String since, List<ActivityRow> rows, String last) {
    /** Copies the list. */
    public ActivityPage {
        rows = List.copyOf(rows);
    }
}
