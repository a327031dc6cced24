package dev.reprise.http;

import dev.reprise.IdempotencyKey;
import dev.reprise.http.KeyField.Malformed;
import dev.reprise.http.KeyField.Present;

/** Reads the value of a field that carries a key, in the ways in which keys are written. */
final class KeyParser {
    private static final AsciiSet PRINTABLE = AsciiSet.VISIBLE.or(AsciiSet.of(" "));
    private static final AsciiSet BARE = AsciiSet.VISIBLE.without(AsciiSet.of("\",;"));

    private KeyParser() {}

    /** Visible ASCII without quote, comma or semicolon. */
    static KeyField bare(String value) {
        return whole(value, BARE, "of the key is not allowed without quotes");
    }

    /** Printable ASCII. */
    static KeyField verbatim(String value) {
        return whole(value, PRINTABLE, "of the key is not printable ASCII");
    }

    private static KeyField whole(String value, AsciiSet allowed, String objection) {
        if (value.length() <= IdempotencyKey.MAX_LENGTH) {
            for (int i = 0; i < value.length(); i++) {
                if (!allowed.contains(value.charAt(i))) {
                    return new Malformed("Character " + (i + 1) + " " + objection);
                }
            }
        }
        return ofLength(value);
    }

    /** An RFC 9651 String with parameters. */
    static KeyField structured(String value) {
        BareItem item = new BareItem(value);
        StringBuilder key = new StringBuilder();
        if (!item.string(key)) {
            return new Malformed(
                    "The quoted key has no closing quote, a backslash before something else than a quote or "
                            + "a backslash, or a character that is not printable ASCII");
        }
        while (!item.atEnd()) {
            if (!item.taken(';')) {
                return new Malformed("Something other than parameters follows the quoted key");
            }
            while (item.taken(' ')) {
                // Allowed before a name, and nowhere else.
            }
            if (!item.key()) {
                return new Malformed("A parameter behind the quoted key has no valid name");
            }
            if (item.taken('=') && !item.skip()) {
                return new Malformed("A parameter behind the quoted key has no valid value (RFC 9651, section 3.3)");
            }
        }
        return ofLength(key.toString());
    }

    private static KeyField ofLength(String key) {
        if (key.isEmpty()) {
            return new Malformed("The key is empty");
        }
        return key.length() > IdempotencyKey.MAX_LENGTH
                ? new Malformed("The key is longer than " + IdempotencyKey.MAX_LENGTH + " characters")
                : new Present(new IdempotencyKey(key));
    }
}
