package dev.reprise.conformance;

import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where an expectation comes from.
 *
 * @param name as people cite it
 * @param uri where to read it; null if that is the page of the rule
 */
public record Source(String name, @Nullable URI uri) {
    public Source {
        Objects.requireNonNull(name);
    }
}
