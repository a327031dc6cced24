package dev.reprise.console.view;

/**
 * Something that can be done to many operations.
 *
 * @param value what forms call it
 * @param label what it is called
 */
public record ActionChoice(String value, String label) {}
