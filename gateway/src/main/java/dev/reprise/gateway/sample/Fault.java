package dev.reprise.gateway.sample;

import dev.reprise.console.text.Quantity;
import java.time.Duration;
import java.util.Locale;

/**
 * A failure that a caller of the sample API asks for, in the field {@code Sample-Fault}.
 *
 * @param kind what goes wrong
 * @param pause how long the work takes before anything else
 */
record Fault(Kind kind, Duration pause) {
    static final String FIELD = "Sample-Fault";
    static final Fault NONE = new Fault(Kind.NONE, Duration.ZERO);

    /** What goes wrong. */
    enum Kind {
        /** Nothing. */
        NONE,
        /** The connection is closed before anything was done. */
        CRASH_BEFORE,
        /** Everything is done, and the connection is closed without an answer. */
        CRASH,
        /** Everything is done, and the connection is closed in the middle of the answer. */
        LOST_RESPONSE,
        /** Everything is done, and the answer is a 500. */
        ERROR
    }

    /** @throws IllegalArgumentException if the text asks for no fault there is */
    static Fault parse(String text) {
        if (text.startsWith("slow=")) {
            return new Fault(Kind.NONE, Quantity.duration(text.substring("slow=".length())));
        }
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "crash-before" -> new Fault(Kind.CRASH_BEFORE, Duration.ZERO);
            case "crash" -> new Fault(Kind.CRASH, Duration.ZERO);
            case "lost-response" -> new Fault(Kind.LOST_RESPONSE, Duration.ZERO);
            case "error" -> new Fault(Kind.ERROR, Duration.ZERO);
            default ->
                throw new IllegalArgumentException(
                        FIELD + " is slow=2s, crash-before, crash, lost-response or error, not " + text);
        };
    }
}
