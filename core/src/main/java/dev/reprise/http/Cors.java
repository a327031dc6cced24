package dev.reprise.http;

import dev.reprise.Headers;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What browsers need to use keys across origins (S26).
 *
 * <p>The handler's own CORS fields are completed, never invented: preflight answers also allow the key field, and other
 * answers also expose the fields that Reprise adds. Only answers that no handler made, replays and refusals, get fields
 * made here, and only for the allowed origins.
 *
 * @param allowedOrigins the origins that may read replays and refusals; {@code *} is any
 * @param allowCredentials whether they may send credentials; not together with {@code *}
 */
public record Cors(Set<String> allowedOrigins, boolean allowCredentials) {
    /** No origin is allowed to read replays and refusals. */
    public static final Cors NONE = new Cors(Set.of(), false);

    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    private static final String ALLOW_HEADERS = "Access-Control-Allow-Headers";
    private static final String EXPOSE_HEADERS = "Access-Control-Expose-Headers";

    /** @throws IllegalArgumentException if any origin were allowed to send credentials */
    public Cors {
        allowedOrigins = Set.copyOf(allowedOrigins);
        if (allowCredentials && allowedOrigins.contains("*")) {
            throw new IllegalArgumentException(
                    "CORS credentials need named origins: replace the origin * or turn allowCredentials off");
        }
    }

    /** A handler's answer to a preflight request, with the key field allowed. */
    public Headers preflight(Headers headers, String keyHeader) {
        return headers.first(ALLOW_ORIGIN).isPresent() ? merged(headers, ALLOW_HEADERS, keyHeader) : headers;
    }

    /** A handler's answer to a protected request, with the added fields exposed. */
    public Headers exposing(Headers headers, String added) {
        return headers.first(ALLOW_ORIGIN).isPresent() ? merged(headers, EXPOSE_HEADERS, added) : headers;
    }

    /** An answer that no handler made, readable for the given origin if that is allowed. */
    public Headers own(Headers headers, @Nullable String origin, String added) {
        if (origin == null || !(allowedOrigins.contains("*") || allowedOrigins.contains(origin))) {
            return headers;
        }
        Headers allowed = headers.with(ALLOW_ORIGIN, allowedOrigins.contains("*") ? "*" : origin)
                .with(EXPOSE_HEADERS, added);
        if (!allowedOrigins.contains("*")) {
            allowed = merged(allowed, "Vary", "Origin");
        }
        return allowCredentials ? allowed.with("Access-Control-Allow-Credentials", "true") : allowed;
    }

    private static Headers merged(Headers headers, String name, String addition) {
        String present = String.join(", ", headers.all(name));
        if (present.equals("*")) {
            return headers;
        }
        return headers.with(name, present.isEmpty() ? addition : present + ", " + addition);
    }
}
