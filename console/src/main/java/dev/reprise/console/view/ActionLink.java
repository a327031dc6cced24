package dev.reprise.console.view;

/**
 * Something that can be done.
 *
 * @param label what
 * @param href where
 * @param danger whether it cannot be taken back
 */
public record ActionLink(String label, String href, boolean danger) {}
