package dev.reprise.gateway.config;

import dev.reprise.http.Cors;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about what browsers may do (S26); null is what was not said.
 *
 * @param origins the origins that may read replays and refusals
 * @param credentials whether they may send credentials
 */
record CorsSettings(@Nullable Set<String> origins, @Nullable Boolean credentials) {
    private static final Pattern ORIGIN = Pattern.compile("\\*|null|[a-z][a-z0-9+.-]*://[^/?#@\\s]+");

    /** @throws IllegalArgumentException if something is not an origin, or any were allowed to send credentials */
    CorsSettings {
        for (String origin : origins == null ? Set.<String>of() : origins) {
            if (!ORIGIN.matcher(origin).matches()) {
                throw new IllegalArgumentException(
                        '"' + origin + "\" is not an origin; write it without a path, as in https://shop.example");
            }
        }
        if (origins != null && origins.contains("*") && credentials != null && credentials) {
            throw new IllegalArgumentException("credentials need named origins; replace the origin *");
        }
    }

    /** With everything that was not said filled in. */
    Cors complete() {
        return new Cors(origins == null ? Set.of() : origins, credentials != null && credentials);
    }
}
