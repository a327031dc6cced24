package dev.reprise.conformance;

import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import java.net.URI;
import java.util.Objects;

/**
 * Where to see how often something was executed.
 *
 * @param uri asked by GET, with the header fields and the credential of the target
 * @param pointer into the answer, to a number or to an array whose elements count: a JSON Pointer (RFC 6901), or a JSONPath
 *     (RFC 9535), which begins with a dollar sign; what a JSONPath with a filter or a wildcard selects is such an array
 */
public record EffectQuery(URI uri, String pointer) {
    /** @throws IllegalArgumentException if the pointer is none */
    public EffectQuery {
        Objects.requireNonNull(uri);
        if (pointer.startsWith("$")) {
            compile(pointer);
        } else if (!pointer.isEmpty() && !pointer.startsWith("/")) {
            throw new IllegalArgumentException(
                    "A JSON Pointer starts with a slash, as in /entries or /total, and a JSONPath with a dollar sign, as"
                            + " in $.entries[?(@.amount>0)], not " + pointer);
        }
    }

    /** Whether it is a JSONPath. */
    public boolean isPath() {
        return pointer.startsWith("$");
    }

    private static void compile(String path) {
        try {
            JsonPath.compile(path);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("This is no JSONPath: " + path + ": " + e.getMessage(), e);
        }
    }
}
