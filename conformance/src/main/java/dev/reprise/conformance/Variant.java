package dev.reprise.conformance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes the ordinary request a special one: slow, refused, failing or large.
 *
 * @param fields sent besides the ordinary ones
 * @param body sent instead of the ordinary one; null for the ordinary one
 */
public record Variant(List<Field> fields, @Nullable Payload body) {
    /** @throws IllegalArgumentException if it changes nothing */
    public Variant {
        fields = List.copyOf(fields);
        if (fields.isEmpty() && body == null) {
            throw new IllegalArgumentException("A variant needs a header field or a body of its own");
        }
    }

    /** A variant by a header field. */
    public static Variant ofField(String name, String value) {
        return new Variant(List.of(new Field(name, value)), null);
    }

    /** A variant by another body. */
    public static Variant ofBody(Payload body) {
        return new Variant(List.of(), body);
    }
}
