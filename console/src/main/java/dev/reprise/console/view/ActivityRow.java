package dev.reprise.console.view;

/**
 * A step of time in a table.
 *
 * @param at when it begins
 * @param median within which time half of the executed were; empty if none were
 * @param slow within which time 99 percent of them were
 */
public record ActivityRow(
        String at,
        String executed,
        String replayed,
        String refused,
        String released,
        String unknown,
        String median,
        String slow) {}
