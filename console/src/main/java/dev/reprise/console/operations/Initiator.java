package dev.reprise.console.operations;

import org.jspecify.annotations.Nullable;

/**
 * Who wants something done, and why.
 *
 * @param by who, up to {@value #MOST_BY} characters
 * @param reason why, up to {@value #MOST_REASON} characters; empty if nobody said it
 */
public record Initiator(String by, String reason) {
    /** The longest name. */
    public static final int MOST_BY = 200;

    /** The longest reason. */
    public static final int MOST_REASON = 1000;

    /** @throws IllegalArgumentException if nobody is named, or one of the two is too long */
    public Initiator {
        if (by.isBlank() || by.length() > MOST_BY || by.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("Say who wants it, in 1 to " + MOST_BY + " characters");
        }
        if (reason.length() > MOST_REASON || reason.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("Say the reason in up to " + MOST_REASON + " characters");
        }
    }

    /** Who wants it, and why; the user of the operating system, and no reason, where that is not said. */
    public static Initiator said(@Nullable String by, @Nullable String reason) {
        return new Initiator(
                by == null ? System.getProperty("user.name", "unknown") : by, reason == null ? "" : reason);
    }

    /** For a line of a log, in which people chose some of the words. */
    String forLog() {
        return (by + (reason.isEmpty() ? "" : ", because: " + reason)).replaceAll("\\p{Cntrl}", " ");
    }
}
