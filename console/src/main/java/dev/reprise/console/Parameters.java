package dev.reprise.console;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a query or of a form. Immutable. */
final class Parameters {
    private static final int MOST = 1_000;

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    private Parameters() {}

    /**
     * Reads {@code a=1&b=2}.
     *
     * @throws IllegalArgumentException if it is encoded wrongly, or there are too many
     */
    static Parameters parse(@Nullable String text) {
        Parameters parsed = new Parameters();
        if (text == null || text.isEmpty()) {
            return parsed;
        }
        String[] pairs = text.split("&", MOST + 1);
        if (pairs.length > MOST) {
            throw new IllegalArgumentException("There are more than " + MOST + " parameters");
        }
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            parsed.values.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
        }
        return parsed;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** The first value; empty if there is none. */
    String first(String name) {
        return all(name).isEmpty() ? "" : all(name).getFirst();
    }

    /** All values. */
    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** All values that are not blank: a field of a form that nobody filled in is there all the same. */
    List<String> filled(String name) {
        return all(name).stream()
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }

    boolean has(String name) {
        return values.containsKey(name);
    }
}
