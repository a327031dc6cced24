package dev.reprise.conformance;

import java.util.Locale;

/** How much a case matters. */
public enum Level {
    /** Without it something happens twice, is lost, or reaches the wrong caller; or clients cannot tell what happened. */
    MUST,
    /** Callers are better off with it, as a standard or the API that set the dialect says. */
    SHOULD,
    /** Reprise does it so, and no standard asks for it: never a reproach for an API of another school. */
    OURS;

    /** Whether somebody who asks for this level wants to hear of the other one; the last level includes all. */
    public boolean includes(Level other) {
        return other.compareTo(this) <= 0;
    }

    /** The name as it is written on the command line and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
