package dev.reprise.gateway.operations;

import dev.reprise.OperationId;
import dev.reprise.spi.Interventions.AuditEntry;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What somebody did to operations with steps.
 *
 * @param number greater than those of all earlier entries
 * @param at when
 * @param by who
 * @param action what
 * @param principal whose operation; null if it was done to a type
 * @param route the route's name
 * @param key the whole key
 * @param reason why
 * @param before how it stood before
 */
public record AuditView(
        long number,
        Instant at,
        String by,
        String action,
        @Nullable String principal,
        @Nullable String route,
        @Nullable String key,
        String reason,
        String before) {
    /** What is to be seen of an entry. */
    public static AuditView of(AuditEntry entry) {
        OperationId id = entry.id();
        return new AuditView(
                entry.number(),
                entry.at(),
                entry.by(),
                entry.action(),
                id == null ? null : id.scope().principal(),
                id == null ? null : id.scope().route(),
                id == null ? null : id.key().value(),
                entry.reason(),
                entry.before());
    }
}
