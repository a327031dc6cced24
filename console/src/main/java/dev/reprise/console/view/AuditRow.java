package dev.reprise.console.view;

import org.jspecify.annotations.Nullable;

/**
 * What somebody did.
 *
 * @param at when
 * @param by who
 * @param action what
 * @param href where the operation is; null if it was not done to one
 * @param operation the operation, in words
 * @param reason why
 * @param before how it stood before
 * @param outcome what came of it
 */
public record AuditRow(
        String at,
        String by,
        String action,
        @Nullable String href,
        String operation,
        String reason,
        String before,
        String outcome) {}
