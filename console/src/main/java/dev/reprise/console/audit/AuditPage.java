package dev.reprise.console.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of what was done.
 *
 * @param entries the latest first
 * @param next what {@link AuditLog#latest} takes to get what was done before; null if nothing was
 */
public record AuditPage(List<AuditView> entries, @Nullable String next) {
    /** Nothing. */
    public static final AuditPage EMPTY = new AuditPage(List.of(), null);

    /** Copies the list. */
    public AuditPage {
        entries = List.copyOf(entries);
    }
}
