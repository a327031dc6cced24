package dev.reprise.console.view;

/**
 * Operations with steps of one type that could be gone on with.
 *
 * @param name the name of the type
 * @param backlog how many, in words
 * @param paused whether the type is paused
 * @param href where its operations are listed
 * @param change where it is paused, or goes on
 */
public record TypeRow(String name, String backlog, boolean paused, String href, String change) {}
