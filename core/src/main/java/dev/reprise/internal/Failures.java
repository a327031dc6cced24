package dev.reprise.internal;

import dev.reprise.IdempotencyException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Says what was thrown, and cannot fail at that: memory may be too short for words, or what was thrown may throw when it is
 * asked, and whoever speaks of it has work to go on with.
 */
public final class Failures {
    private Failures() {}

    /** What was thrown, in words. */
    public static String text(Throwable thrown) {
        try {
            return thrown instanceof IdempotencyException ours ? ours.getMessage() + "" : thrown.toString();
        } catch (Throwable e) {
            return thrown.getClass().getName();
        }
    }

    /**
     * What was thrown, without its message: for what a codec throws, which may quote what it works on, and that may be encrypted in the
     * record (S35).
     */
    public static String unquoted(Throwable thrown) {
        return thrown.getClass().getName();
    }

    /**
     * Logs what was thrown.
     *
     * @param what failed
     * @param of what it was about
     */
    public static void log(Logger log, Level level, String what, Object of, Throwable thrown) {
        try {
            log.log(level, what + of + ": " + text(thrown), thrown);
        } catch (Throwable e) {
            // Going on is worth more than this message.
        }
    }
}
