package dev.reprise.console.view;

/**
 * What a form carries along.
 *
 * @param name the name
 * @param value the value
 */
public record HiddenField(String name, String value) {}
