package dev.reprise.conformance.check;

import java.time.Instant;
import java.util.Locale;

/**
 * An idempotency key and, where the profile wants it, when it was first sent.
 *
 * @param value unquoted
 */
record TestKey(String value, Instant firstSent) {
    /** The same letters, in upper case: another key (S3). */
    TestKey inUpperCase() {
        return new TestKey(value.toUpperCase(Locale.ROOT), firstSent);
    }

    TestKey sentFirst(Instant other) {
        return new TestKey(value, other);
    }

    /** Enough of it to tell it from others in a report. */
    static String shortened(String value) {
        return value.length() <= 12 ? value : value.substring(0, 12) + "…";
    }
}
