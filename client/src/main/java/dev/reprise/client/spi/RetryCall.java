package dev.reprise.client.spi;

import java.net.URI;
import java.util.Map;

/** One call with all its attempts, as its {@link Transport} or {@link AsyncTransport} sees it. Not to be implemented elsewhere. Thread-safe. */
public interface RetryCall {
    /** Where each attempt goes: with the key in it, if that is its place. */
    URI uri();

    /** The fields to set on each attempt, in place of those of the same names. */
    Map<String, String> fields();

    /** Whether the beginning of the body matters for an answer with this status, because it says why (C10). */
    boolean wantsReason(int status);

    /** Says what became clear in an attempt: that the body cannot be sent again, so that there is no other (C1). */
    void bodyIsUsedUp();

    /** Decides what follows from the answer to the attempt that is out (C2). */
    NextStep answered(ResponseView answer);
}
