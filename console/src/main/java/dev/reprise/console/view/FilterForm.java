package dev.reprise.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for, as it was typed.
 *
 * @param states the states
 * @param key a key
 * @param begins whether it is only the beginning of one
 * @param route the name of a route
 * @param principal a caller
 * @param type the name of a type; empty for any
 * @param olderThan how old at least
 * @param attempts how many attempts at least
 * @param reason what the reason contains
 * @param hasTypes whether there can be operations with steps
 * @param error what is wrong with it; null if nothing is
 */
public record FilterForm(
        List<StateBox> states,
        String key,
        boolean begins,
        String route,
        String principal,
        String type,
        String olderThan,
        String attempts,
        String reason,
        boolean hasTypes,
        @Nullable String error) {
    /** Copies the lists. */
    public FilterForm {
        states = List.copyOf(states);
    }
}
