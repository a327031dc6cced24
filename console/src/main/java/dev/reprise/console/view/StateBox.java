package dev.reprise.console.view;

/**
 * A state to choose.
 *
 * @param name the state
 * @param checked whether it is chosen
 */
public record StateBox(String name, boolean checked) {}
