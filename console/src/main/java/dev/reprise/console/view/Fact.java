package dev.reprise.console.view;

/**
 * A name and a value.
 *
 * @param name what
 * @param value what it is
 */
public record Fact(String name, String value) {}
