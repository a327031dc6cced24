package dev.reprise.conformance.check;

import java.time.Instant;
import java.util.Locale;

/**
 * An idempotency key and, where the profile wants it, when it was first sent.
 *
 * @param value unquoted
 */
record Key(String value, Instant firstSent) {
    /** The same letters, in upper case: another key (S3). */
    Key inUpperCase() {
        return new Key(value.toUpperCase(Locale.ROOT), firstSent);
    }

    Key sentFirst(Instant other) {
        return new Key(value, other);
    }

    /** Enough of it to tell it from others in a report. */
    static String shortened(String value) {
        return value.length() <= 12 ? value : value.substring(0, 12) + "…";
    }
}
