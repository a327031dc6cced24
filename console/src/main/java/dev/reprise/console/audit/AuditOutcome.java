package dev.reprise.console.audit;

import java.time.Instant;

/**
 * What came of an action.
 *
 * @param number the number of its entry
 * @param outcome in a word or two
 * @param at when
 */
public record AuditOutcome(long number, String outcome, Instant at) {}
