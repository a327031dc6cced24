package dev.reprise.console.access;

import org.jspecify.annotations.Nullable;

/**
 * Somebody who may use the console.
 *
 * @param name as the audit names them
 * @param role what they may do
 */
public record ConsoleUser(String name, Role role) {
    /** The longest name, as the audit has room for it. */
    public static final int MOST_NAME = 200;

    /** @throws IllegalArgumentException if the name is none that a log and a page can show */
    public ConsoleUser {
        if (name.isBlank() || name.length() > MOST_NAME || !name.matches("[\\x21-\\x7e\\x{a1}-\\x{fffd}]+")) {
            throw new IllegalArgumentException("The name of a user has 1 to " + MOST_NAME
                    + " characters, and neither blanks nor control characters");
        }
    }

    /**
     * Whoever a server has authenticated, if they may use the console. Blanks and what cannot be shown in a name are escaped as in a URL, so
     * that two names stay two.
     *
     * @param operates whether that user sees everything, and changes it
     * @param views whether that user sees everything
     * @return null if they may do neither
     * @throws IllegalArgumentException if the audit has no room for the name
     */
    public static @Nullable ConsoleUser authenticated(String name, boolean operates, boolean views) {
        return operates || views ? new ConsoleUser(AuditName.of(name), operates ? Role.OPERATOR : Role.VIEWER) : null;
    }
}
