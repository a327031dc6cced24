package dev.reprise.console.view;

/**
 * A node that is seen in the store.
 *
 * @param name its name
 * @param operations how many operations it owns
 * @param oldest the age of the oldest
 * @param overdue for how many its lease has run out
 * @param note what that means; empty if nothing is wrong
 */
public record NodeRow(String name, String operations, String oldest, String overdue, String note) {}
