package dev.reprise.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was done.
 *
 * @param rows the latest first
 * @param next where it goes on; null at the end
 * @param steps whether this is the audit of operations with steps
 * @param hasSteps whether there is one
 * @param note where it is kept
 */
public record AuditTable(List<AuditRow> rows, @Nullable String next, boolean steps, boolean hasSteps, String note) {
    /** Copies the lists. */
    public AuditTable {
        rows = List.copyOf(rows);
    }
}
