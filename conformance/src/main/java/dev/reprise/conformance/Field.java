package dev.reprise.conformance;

import java.util.Objects;

/**
 * One header field line.
 *
 * @param name as it is sent; compared without regard to case
 * @param value each character is one byte, so that a value can hold any byte
 */
public record Field(String name, String value) {
    /** @throws IllegalArgumentException if the name is empty, or a line break is in either */
    public Field {
        Objects.requireNonNull(value);
        if (name.isBlank() || hasBreak(name) || hasBreak(value)) {
            throw new IllegalArgumentException("A header field is written Name: value, on one line, not " + name);
        }
    }

    /**
     * Reads {@code Name: value}.
     *
     * @throws IllegalArgumentException if there is no colon
     */
    public static Field parse(String line) {
        int colon = line.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException(
                    "A header field is written Name: value, and there is no colon in what was given");
        }
        return new Field(
                line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    }

    /** Whether this is a line of that field. */
    public boolean isNamed(String other) {
        return name.equalsIgnoreCase(other);
    }

    private static boolean hasBreak(String text) {
        return text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0;
    }
}
