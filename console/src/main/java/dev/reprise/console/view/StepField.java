package dev.reprise.console.view;

import org.jspecify.annotations.Nullable;

/**
 * The name of a step, to be typed.
 *
 * @param value as it was typed
 * @param error what is wrong with it; null if nothing is
 */
public record StepField(String value, @Nullable String error) {}
