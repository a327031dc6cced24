package dev.reprise.gateway.config;

import dev.reprise.http.HttpNames;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about the names of header fields; null is what was not said.
 *
 * @param key the request field that carries the key
 * @param replayed the response field that marks a replay
 * @param documentation where callers without a key are sent
 */
record NameSettings(
        @Nullable String key,
        @Nullable String replayed,
        @Nullable String documentation) {
    /** @throws IllegalArgumentException if something cannot be the name of a field, or a link */
    NameSettings {
        FieldName.check(key);
        FieldName.check(replayed);
        if (documentation != null) {
            URI.create(documentation);
        }
    }

    /** With everything that was not said filled in. */
    HttpNames complete() {
        HttpNames usual = HttpNames.DEFAULT;
        return new HttpNames(
                key == null ? usual.key() : key,
                replayed == null ? usual.replayed() : replayed,
                documentation == null ? usual.documentation() : documentation);
    }
}
