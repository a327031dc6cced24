package dev.reprise.client;

import dev.reprise.client.spi.Evidence;
import dev.reprise.client.spi.RequestTraits;

/** Adds up what the attempts of one call say about its effect (C8, C10). */
final class EffectTracker {
    private final RequestTraits request;
    private boolean happened;
    private volatile boolean uncertain;
    private volatile Evidence last = Evidence.NOT_SENT;

    EffectTracker(RequestTraits request) {
        this.request = request;
    }

    /** What another attempt says. */
    void add(Evidence evidence) {
        happened |= last == Evidence.HAPPENED;
        uncertain |= last == Evidence.UNKNOWN;
        last = evidence;
    }

    /** What the last attempt says, now that more is known of it. */
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
            case REFUSED -> uncertain && !request.keyed() ? Certainty.MAY_HAVE_HAPPENED : Certainty.REFUSED;
            case DENIED -> uncertain ? Certainty.MAY_HAVE_HAPPENED : Certainty.REFUSED;
            case TURNED_AWAY, NOT_SENT -> uncertain ? Certainty.MAY_HAVE_HAPPENED : Certainty.DID_NOT_HAPPEN;
            case UNKNOWN -> Certainty.MAY_HAVE_HAPPENED;
        };
    }
}
