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
    private static final String DRAFT = "draft-ietf-httpapi-idempotency-key-header-07";

    public Source {
        Objects.requireNonNull(name);
    }

    /** A section of the draft of {@code Idempotency-Key}. */
    public static Source draft(String section) {
        return new Source(
                DRAFT + ", section " + section,
                URI.create("https://datatracker.ietf.org/doc/html/" + DRAFT + "#section-" + section));
    }

    /** A section of RFC 9110. */
    public static Source http(String section) {
        return new Source(
                "RFC 9110, section " + section,
                URI.create("https://www.rfc-editor.org/rfc/rfc9110#section-" + section));
    }

    /** The rule itself, where no standard says it. */
    public static Source ours(String rule) {
        return new Source("Reprise semantics, " + rule, null);
    }
}
