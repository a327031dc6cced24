package dev.reprise.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The fields of a query or of a form in {@code application/x-www-form-urlencoded}, as the WHATWG URL standard reads them. */
final class FormFields {
    private FormFields() {}

    /** The values of all fields of that name, in order. One that is not encoded well is kept as it was sent. */
    static List<String> all(String encoded, String name) {
        List<String> values = new ArrayList<>(1);
        if (encoded.isEmpty()) {
            return values;
        }
        for (String field : encoded.split("&", -1)) {
            int equals = field.indexOf('=');
            if (decode(equals < 0 ? field : field.substring(0, equals)).equals(name)) {
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
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
