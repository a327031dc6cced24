package dev.reprise.grpc;

import dev.reprise.IdempotencyKey;
import io.grpc.Metadata;
import java.util.Iterator;

/** The entry of a call's metadata that carries the key (S1, S2). */
sealed interface KeyEntry {
    /** There is none. */
    record Absent() implements KeyEntry {}

    /** It names an operation. */
    record Present(IdempotencyKey key) implements KeyEntry {}

    /** It cannot be read. */
    record Malformed(String detail) implements KeyEntry {}

    /**
     * Reads the entry: {@code k}, or {@code "k"} as in HTTP, which name the same operation. Parameters behind the quoted one are
     * not accepted here.
     */
    static KeyEntry in(Metadata headers, Metadata.Key<String> entry) {
        Iterable<String> values = headers.getAll(entry);
        if (values == null) {
            return new Absent();
        }
        Iterator<String> all = values.iterator();
        String first = all.next();
        if (all.hasNext()) {
            return new Malformed("There are two entries " + entry.name());
        }
        try {
            return new Present(new IdempotencyKey(first.startsWith("\"") ? unquoted(first) : bare(first)));
        } catch (IllegalArgumentException e) {
            return new Malformed(e.getMessage() + "");
        }
    }

    private static String bare(String value) {
        if (value.chars().anyMatch(c -> c == '"' || c == ',' || c == ';' || c == ' ')) {
            throw new IllegalArgumentException("A key without quotes has no quote, comma, semicolon or space in it");
        }
        return value;
    }

    private static String unquoted(String value) {
        StringBuilder key = new StringBuilder();
        for (int i = 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' && i == value.length() - 1) {
                return key.toString();
            }
            if (c == '\\') {
                i++;
                c = i < value.length() ? value.charAt(i) : 0;
                if (c != '"' && c != '\\') {
                    throw new IllegalArgumentException(
                            "A backslash in a quoted key stands before a quote or a backslash");
                }
            } else if (c == '"') {
                throw new IllegalArgumentException("Something follows the quoted key");
            }
            key.append(c);
        }
        throw new IllegalArgumentException("The quoted key has no closing quote");
    }
}
