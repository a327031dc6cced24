package dev.reprise.http;

import dev.reprise.IdempotencyKey;
import java.util.List;

/** The value of a field that carries an idempotency key (S1, S2). */
public sealed interface KeyField {
    /** There is no such field. */
    record Absent() implements KeyField {}

    /**
     * A usable key.
     *
     * @param key unquoted and unescaped
     */
    record Present(IdempotencyKey key) implements KeyField {}

    /**
     * Something that is not a key.
     *
     * @param detail what is wrong with it, for the caller
     */
    record Malformed(String detail) implements KeyField {}

    /**
     * Reads the field lines of one request.
     *
     * <p>A value that starts with a double quote is an RFC 9651 String, whose parameters are checked for syntax and
     * ignored; any other is the key itself: visible ASCII without quote, comma, semicolon or space.
     */
    static KeyField parse(List<String> lines) {
        if (lines.isEmpty()) {
            return new Absent();
        }
        if (lines.size() > 1) {
            return new Malformed("The key field occurs " + lines.size() + " times; send it once");
        }
        String value = trim(lines.get(0));
        return value.startsWith("\"") ? KeyParser.structured(value) : KeyParser.bare(value);
    }

    /**
     * Reads the field lines of one request where the whole value is the key, quotes included: visible ASCII.
     */
    static KeyField parseVerbatim(List<String> lines) {
        if (lines.size() != 1) {
            return parse(lines);
        }
        String value = trim(lines.get(0));
        return value.indexOf(' ') >= 0 ? new Malformed("There is a space in the key") : KeyParser.verbatim(value);
    }

    /** Reads the values found in a place that is no header field; a key there may hold whatever a key can hold. */
    static KeyField parseValues(List<String> values) {
        return values.size() == 1 ? KeyParser.verbatim(values.get(0)) : parse(values);
    }

    private static String trim(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && isBlank(value.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(value.charAt(to - 1))) {
            to--;
        }
        return value.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
