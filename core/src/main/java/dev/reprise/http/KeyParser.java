package dev.reprise.http;

import dev.reprise.IdempotencyKey;
import dev.reprise.http.KeyField.Malformed;
import dev.reprise.http.KeyField.Present;

/** A cursor over one field value; see {@link KeyField#parse}. */
final class KeyParser {
    private static final String TOO_LONG = "The key is longer than " + IdempotencyKey.MAX_LENGTH + " characters";

    private final String value;
    private int position;

    private KeyParser(String value) {
        this.value = value;
    }

    static KeyField bare(String value) {
        if (value.isEmpty()) {
            return new Malformed("The key is empty");
        }
        if (value.length() > IdempotencyKey.MAX_LENGTH) {
            return new Malformed(TOO_LONG);
        }
        for (int i = 0; i < value.length(); i++) {
            if (!isBareCharacter(value.charAt(i))) {
                return new Malformed("Character " + (i + 1) + " of the key is not allowed without quotes");
            }
        }
        return new Present(new IdempotencyKey(value));
    }

    static KeyField verbatim(String value) {
        if (value.isEmpty()) {
            return new Malformed("The key is empty");
        }
        if (value.length() > IdempotencyKey.MAX_LENGTH) {
            return new Malformed(TOO_LONG);
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < 0x20 || value.charAt(i) > 0x7e) {
                return new Malformed("Character " + (i + 1) + " of the key is not printable ASCII");
            }
        }
        return new Present(new IdempotencyKey(value));
    }

    static KeyField structured(String value) {
        return new KeyParser(value).structured();
    }

    private KeyField structured() {
        StringBuilder key = new StringBuilder();
        String problem = readString(key);
        if (problem.isEmpty()) {
            problem = skipParameters();
        }
        if (!problem.isEmpty()) {
            return new Malformed(problem);
        }
        if (key.isEmpty()) {
            return new Malformed("The key is empty");
        }
        return key.length() > IdempotencyKey.MAX_LENGTH
                ? new Malformed(TOO_LONG)
                : new Present(new IdempotencyKey(key.toString()));
    }

    /** Reads an sf-string from its opening quote on; returns what is wrong, or nothing. */
    private String readString(StringBuilder into) {
        position++;
        while (position < value.length()) {
            char c = value.charAt(position++);
            if (c == '"') {
                return "";
            }
            if (c == '\\') {
                if (position == value.length()) {
                    break;
                }
                c = value.charAt(position++);
                if (c != '"' && c != '\\') {
                    return "A backslash in a quoted key is followed by something else than a quote or a backslash";
                }
            } else if (c < 0x20 || c > 0x7e) {
                return "Character " + position + " of the quoted key is not printable ASCII";
            }
            into.append(c);
        }
        return "The quoted key has no closing quote";
    }

    /** Skips {@code ;name} and {@code ;name=value} up to the end; returns what is wrong, or nothing. */
    private String skipParameters() {
        while (position < value.length()) {
            if (value.charAt(position++) != ';') {
                return "Something other than parameters follows the quoted key";
            }
            skipSpaces();
            if (!skipName()) {
                return "A parameter behind the quoted key has no valid name";
            }
            if (position < value.length() && value.charAt(position) == '=') {
                position++;
                if (!skipValue()) {
                    return "A parameter behind the quoted key has no valid value";
                }
            }
        }
        return "";
    }

    private void skipSpaces() {
        while (position < value.length() && value.charAt(position) == ' ') {
            position++;
        }
    }

    private boolean skipName() {
        int start = position;
        while (position < value.length() && isNameCharacter(value.charAt(position), position == start)) {
            position++;
        }
        return position > start;
    }

    private boolean skipValue() {
        if (position < value.length() && value.charAt(position) == '"') {
            return readString(new StringBuilder()).isEmpty();
        }
        int start = position;
        while (position < value.length() && isBareCharacter(value.charAt(position))) {
            position++;
        }
        return position > start;
    }

    private static boolean isNameCharacter(char c, boolean first) {
        return (c >= 'a' && c <= 'z')
                || c == '*'
                || (!first && ((c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'));
    }

    private static boolean isBareCharacter(char c) {
        return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';';
    }
}
