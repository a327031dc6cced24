package dev.reprise.console.text;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks names of header fields, and of methods, which are made of the same characters (RFC 9110, section 5.6.2). */
public final class FieldName {
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private FieldName() {}

    /**
     * Checks a name where there is one.
     *
     * @throws IllegalArgumentException if there is a name and it cannot be one of a field
     */
    public static void check(@Nullable String name) {
        if (name != null && !isToken(name)) {
            throw new IllegalArgumentException('"' + name + "\" cannot be the name of a header field");
        }
    }

    /** Whether the text can be a name. */
    public static boolean isToken(String text) {
        return TOKEN.matcher(text).matches();
    }
}
