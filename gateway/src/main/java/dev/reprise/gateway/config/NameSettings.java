package dev.reprise.gateway.config;

import dev.reprise.console.text.FieldName;
import dev.reprise.http.HttpNames;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about the names of header fields; null is what was not said.
 *
 * @param key the request field that carries the key
 * @param replayed the response field that marks a replay
 * @param documentation where callers without a key are sent
 * @param policyAt the path at which programs read what each route promises
 * @param ignored the response field that says where a key was ignored
 */
record NameSettings(
        @Nullable String key,
        @Nullable String replayed,
        @Nullable String documentation,
        @Nullable String policyAt,
        @Nullable String ignored) {
    /** @throws IllegalArgumentException if something cannot be the name of a field, or a link */
    NameSettings {
        FieldName.check(key);
        FieldName.check(replayed);
        FieldName.check(ignored);
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
                documentation == null ? usual.documentation() : documentation,
                policyAt,
                ignored);
    }
}
