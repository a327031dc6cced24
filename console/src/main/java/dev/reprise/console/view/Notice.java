package dev.reprise.console.view;

/**
 * What there is to say.
 *
 * @param heading in short
 * @param text in full
 * @param href where to go on
 * @param link what is there
 */
public record Notice(String heading, String text, String href, String link) {}
