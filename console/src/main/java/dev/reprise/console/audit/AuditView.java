package dev.reprise.console.audit;

import dev.reprise.OperationId;
import dev.reprise.spi.Interventions.AuditEntry;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What somebody did.
 *
 * @param number greater than those of all earlier entries
 * @param at when
 * @param by who
 * @param action what
 * @param principal whose operation; null if it was not done to one operation
 * @param route the route's name
 * @param key the whole key
 * @param reason why
 * @param before how it stood before
 * @param outcome what came of it; null if it is not known, or if only what was done is written down
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
        String before,
        @Nullable String outcome) {
    /** What is to be seen of an entry in the audit of operations with steps. */
    public static AuditView of(AuditEntry entry) {
        return of(
                entry.number(),
                entry.at(),
                new AuditIntent(entry.by(), entry.action(), entry.id(), entry.reason(), entry.before()));
    }

    static AuditView of(long number, Instant at, AuditIntent intent) {
        OperationId id = intent.id();
        return new AuditView(
                number,
                at,
                intent.by(),
                intent.action(),
                id == null ? null : id.scope().principal(),
                id == null ? null : id.scope().route(),
                id == null ? null : id.key().value(),
                intent.reason(),
                intent.before(),
                null);
    }

    /** The same, with what came of it. */
    AuditView with(@Nullable String came) {
        return new AuditView(number, at, by, action, principal, route, key, reason, before, came);
    }
}
