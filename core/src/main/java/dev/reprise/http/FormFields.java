package dev.reprise.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a query or of a form in {@code application/x-www-form-urlencoded}.
 *
 * <p>Values come as one character for each byte that was meant, so that two of them are equal only if their bytes are, also
 * where they are no text in any encoding.
 */
final class FormFields {
    private FormFields() {}

    /** The values of all fields of that name in a form, in order. */
    static List<String> all(byte[] form, String name) {
        return all(new String(form, StandardCharsets.ISO_8859_1), name);
    }

    /** The values of all fields of that name in a query, in order. One that is not encoded well is kept as it was sent. */
    static List<String> all(String encoded, String name) {
        List<String> values = new ArrayList<>(1);
        if (encoded.isEmpty()) {
            return values;
        }
        String wanted = new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        for (String field : encoded.split("&", -1)) {
            int equals = field.indexOf('=');
            if (decode(equals < 0 ? field : field.substring(0, equals)).equals(wanted)) {
                values.add(equals < 0 ? "" : decode(field.substring(equals + 1)));
            }
        }
        return values;
    }

    private static String decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text, StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
