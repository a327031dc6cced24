package dev.reprise.conformance;

import java.net.URI;
import java.util.Objects;

/**
 * Where to see how often something was executed.
 *
 * @param uri asked by GET, with the header fields and the credential of the target
 * @param pointer a JSON Pointer (RFC 6901) into the answer, to a number or to an array whose elements count
 */
public record EffectQuery(URI uri, String pointer) {
    /** @throws IllegalArgumentException if the pointer is none */
    public EffectQuery {
        Objects.requireNonNull(uri);
        if (!pointer.isEmpty() && !pointer.startsWith("/")) {
            throw new IllegalArgumentException(
                    "A JSON Pointer starts with a slash, as in /entries or /total, not " + pointer);
        }
    }
}
