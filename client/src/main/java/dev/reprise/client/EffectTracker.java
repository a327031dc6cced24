package dev.reprise.client;

/** Adds up what the attempts of one call tell about its effect (C8, C10). */
final class EffectTracker {
    private final RequestTraits asked;
    private boolean happened;
    private volatile boolean uncertain;
    private volatile Evidence last = Evidence.NOT_SENT;

    EffectTracker(RequestTraits asked) {
        this.asked = asked;
    }

    /** What another attempt tells. */
    void add(Evidence evidence) {
        happened |= last == Evidence.HAPPENED;
        uncertain |= last == Evidence.UNKNOWN;
        last = evidence;
    }

    /** What the last attempt tells, now that more is known of it. */
    void correct(Evidence evidence) {
        last = evidence;
    }

    /** Whether there is an attempt of which nobody knows what became of it. May be asked on any thread. */
    boolean uncertain() {
        return uncertain || last == Evidence.UNKNOWN;
    }

    Certainty certainty() {
        if (happened) {
            return Certainty.HAPPENED;
        }
        return switch (last) {
            case HAPPENED -> Certainty.HAPPENED;
            // With a key this is the answer to all attempts; without one, an earlier attempt may be why it is refused
            // now.
            case REFUSED -> uncertain && !asked.keyed() ? Certainty.MAY_HAVE_HAPPENED : Certainty.REFUSED;
            case DENIED -> uncertain ? Certainty.MAY_HAVE_HAPPENED : Certainty.REFUSED;
            case TURNED_AWAY, NOT_SENT -> uncertain ? Certainty.MAY_HAVE_HAPPENED : Certainty.DID_NOT_HAPPEN;
            case UNKNOWN -> Certainty.MAY_HAVE_HAPPENED;
        };
    }
}
