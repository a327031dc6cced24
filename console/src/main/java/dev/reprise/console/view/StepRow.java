package dev.reprise.console.view;

import org.jspecify.annotations.Nullable;

/**
 * A step.
 *
 * @param at when it was last written
 * @param name its name
 * @param kind what sort
 * @param runs in how many runs it was tried
 * @param result what came of it
 * @param finished whether it is
 * @param retry where it is run again; null if that is not possible
 */
public record StepRow(
        String at,
        String name,
        String kind,
        String runs,
        String result,
        boolean finished,
        @Nullable String retry) {}
