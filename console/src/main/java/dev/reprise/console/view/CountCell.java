package dev.reprise.console.view;

/**
 * How many operations are in a state.
 *
 * @param state the state
 * @param text how many, in words
 * @param href where they are listed
 * @param alarming whether somebody has to look
 */
public record CountCell(String state, String text, String href, boolean alarming) {}
