package dev.reprise.conformance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes the ordinary request a special one: slow, refused, failing or large.
 *
 * @param fields sent besides the ordinary ones
 * @param body sent instead of the ordinary one; null for the ordinary one
 */
public record RequestVariant(List<Field> fields, @Nullable Payload body) {
    /** @throws IllegalArgumentException if it changes nothing */
    public RequestVariant {
        fields = List.copyOf(fields);
        if (fields.isEmpty() && body == null) {
            throw new IllegalArgumentException("A variant needs a header field or a body of its own");
        }
    }

    /** A variant by a header field. */
    public static RequestVariant ofField(String name, String value) {
        return new RequestVariant(List.of(new Field(name, value)), null);
    }

    /** A variant by another body. */
    public static RequestVariant ofBody(Payload body) {
        return new RequestVariant(List.of(), body);
    }
}
