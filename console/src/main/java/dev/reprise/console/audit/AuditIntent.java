package dev.reprise.console.audit;

import dev.reprise.OperationId;
import org.jspecify.annotations.Nullable;

/**
 * What somebody is about to do.
 *
 * @param by who
 * @param action what
 * @param id to which operation; null if it is not done to one
 * @param reason why
 * @param before how it stands
 */
public record AuditIntent(
        String by, String action, @Nullable OperationId id, String reason, String before) {}
