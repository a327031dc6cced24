package dev.reprise.store.cassandra;

import dev.reprise.spi.OperationQuery;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a listing goes on, as texts without line breaks behind a word that says which kind of listing it is.
 *
 * @param parts what the kind of listing makes of it
 */
record CqlPlace(List<String> parts) {
    CqlPlace {
        parts = List.copyOf(parts);
    }

    String text(String kind) {
        String text = kind + "\n" + String.join("\n", parts);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The place where a query goes on; null if that is the start. */
    static @Nullable CqlPlace of(OperationQuery query, String kind, int size) {
        String from = query.from();
        if (from == null) {
            return null;
        }
        List<String> parts;
        try {
            parts = List.of(new String(Base64.getUrlDecoder().decode(from), StandardCharsets.UTF_8).split("\n", -1));
        } catch (IllegalArgumentException e) {
            throw query.noPlace(e);
        }
        if (parts.size() != size + 1 || !parts.getFirst().equals(kind)) {
            throw query.noPlace(null);
        }
        return new CqlPlace(parts.subList(1, parts.size()));
    }
}
