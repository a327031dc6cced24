package dev.reprise.http;

import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** The part of a {@code Content-Type} that says what the bytes mean. */
final class MediaType {
    private MediaType() {}

    /**
     * The type in lower case with its parameters sorted by name, without the boundary of a multipart body, which
     * differs from one encoding of the same content to the next (S11). Two types that mean the same come out equal.
     */
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

    /** Whether the content is JSON, or says that it is built on JSON. */
    static boolean isJson(List<String> contentType) {
        String type = essence(contentType);
        return type.equals("application/json") || type.endsWith("+json");
    }

    /** Whether the content is a form in one line. */
    static boolean isForm(List<String> contentType) {
        return essence(contentType).equals("application/x-www-form-urlencoded");
    }

    private static String essence(List<String> contentType) {
        return contentType.isEmpty()
                ? ""
                : contentType.get(0).split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static String unquote(String text) {
        return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
    }
}
