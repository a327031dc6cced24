package dev.reprise.spring.boot;

import dev.reprise.spi.Interventions.Action;
import dev.reprise.spi.Interventions.Intervention;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;

/**
 * Who wants something done, and why. Both have to be said for operations that are carried through in steps (P12).
 *
 * @param by who; empty if that is not known
 * @param reason why; empty if nobody said it
 */
record Operator(String by, String reason) {
    /** @throws IllegalArgumentException if one of the two is too long */
    Operator {
        requireShort("who wants it", by, Intervention.MOST_BY);
        requireShort("the reason", reason, Intervention.MOST_REASON);
    }

    private static void requireShort(String what, String text, int most) {
        if (text.length() > most || text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("Say " + what + ", in up to " + most + " characters");
        }
    }

    /** Whoever is authenticated cannot be another one in the audit. */
    static Operator said(SecurityContext security, @Nullable String by, @Nullable String reason) {
        Principal principal = security.getPrincipal();
        String who = principal == null ? by : principal.getName();
        return new Operator(who == null ? "" : who, reason == null ? "" : reason);
    }

    /** @throws IllegalArgumentException if it is not said who or why */
    Intervention wants(Action action) {
        return new Intervention(action, by, reason);
    }

    /** Who, where something has to be written. */
    String name() {
        return by.isBlank() ? "unknown" : by;
    }

    /** For a line of a log, in which people chose some of the words. */
    String forLog() {
        return (name() + (reason.isEmpty() ? "" : ", because: " + reason)).replaceAll("\\p{Cntrl}", " ");
    }
}
