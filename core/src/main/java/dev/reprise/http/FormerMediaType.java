package dev.reprise.http;

import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * What a {@code Content-Type} means in the fingerprints of {@link RequestForm#FIRST}. It overlooks that a quoted text may hold
 * a semicolon, and counts a charset everywhere; records say so, hence it stays as it is.
 */
final class FormerMediaType {
    private FormerMediaType() {}

    /** The type in lower case with its parameters, sorted by name, but without a boundary. */
    static String meaning(List<String> contentType) {
        if (contentType.isEmpty()) {
            return "";
        }
        String value = contentType.get(0);
        int semicolon = value.indexOf(';');
        if (semicolon < 0) {
            return value.strip().toLowerCase(Locale.ROOT);
        }
        TreeMap<String, String> parameters = new TreeMap<>();
        for (String parameter : value.substring(semicolon + 1).split(";", -1)) {
            int equals = parameter.indexOf('=');
            String name = (equals < 0 ? parameter : parameter.substring(0, equals))
                    .strip()
                    .toLowerCase(Locale.ROOT);
            if (!name.isEmpty() && !name.equals("boundary")) {
                String text = equals < 0
                        ? ""
                        : unquote(parameter.substring(equals + 1).strip());
                parameters.put(name, name.equals("charset") ? text.toLowerCase(Locale.ROOT) : text);
            }
        }
        StringBuilder meaning =
                new StringBuilder(value.substring(0, semicolon).strip().toLowerCase(Locale.ROOT));
        parameters.forEach(
                (name, text) -> meaning.append(';').append(name).append('=').append(text));
        return meaning.toString();
    }

    private static String unquote(String text) {
        return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
    }
}
