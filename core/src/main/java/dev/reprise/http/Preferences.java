package dev.reprise.http;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a caller would like about waiting (RFC 7240).
 *
 * @param later whether the answer may be asked for later ({@code respond-async})
 * @param waiting how long the caller waits for it before; null if that is not said
 */
record Preferences(boolean later, @Nullable Duration waiting) {
    /** Nothing. */
    static final Preferences NONE = new Preferences(false, null);

    private static final int LONGEST_NUMBER = 9;

    static Preferences of(RequestView request) {
        boolean later = false;
        Duration wait = null;
        for (String line : request.header(LaterAnswers.REQUEST_FIELD)) {
            for (String preference : line.split(",", -1)) {
                // Parameters of a preference mean nothing here.
                String[] named = preference.split(";", 2)[0].split("=", 2);
                String name = named[0].strip().toLowerCase(Locale.ROOT);
                later |= name.equals("respond-async");
                // The first of two counts.
                if (wait == null && name.equals("wait") && named.length == 2) {
                    wait = seconds(named[1].strip());
                }
            }
        }
        return new Preferences(later, wait);
    }

    /** What cannot be read is not said. */
    private static @Nullable Duration seconds(String text) {
        boolean number = !text.isEmpty()
                && text.length() <= LONGEST_NUMBER
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Duration.ofSeconds(Long.parseLong(text)) : null;
    }

    /** How long the caller waits before it asks later, where a route lets callers wait for some time. */
    Duration waitAtMost(Duration allowed) {
        Duration wanted = waiting == null ? Duration.ZERO : waiting;
        return wanted.compareTo(allowed) < 0 ? wanted : allowed;
    }
}
