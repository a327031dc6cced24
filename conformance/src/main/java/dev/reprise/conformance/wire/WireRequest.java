package dev.reprise.conformance.wire;

import dev.reprise.conformance.Field;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request, to the byte.
 *
 * @param fields as they are sent, except {@code Host}, {@code Content-Length} and {@code Connection}, which are added
 * @param body each character is one byte; null for none
 */
public record WireRequest(
        String method,
        URI uri,
        List<Field> fields,
        @Nullable String body) {
    public WireRequest {
        Objects.requireNonNull(method);
        Objects.requireNonNull(uri);
        fields = List.copyOf(fields);
    }

    /** A request without fields and body. */
    public static WireRequest of(String method, URI uri) {
        return new WireRequest(method, uri, List.of(), null);
    }

    /** This request with more fields. */
    public WireRequest with(List<Field> more) {
        List<Field> all = new ArrayList<>(fields);
        all.addAll(more);
        return new WireRequest(method, uri, all, body);
    }

    /** This request with one more field. */
    public WireRequest with(String name, String value) {
        return with(List.of(new Field(name, value)));
    }

    /** This request without the fields of that name. */
    public WireRequest without(String name) {
        return new WireRequest(
                method,
                uri,
                fields.stream().filter(field -> !field.isNamed(name)).toList(),
                body);
    }

    /** This request with another body. */
    public WireRequest withBody(@Nullable String other) {
        return new WireRequest(method, uri, fields, other);
    }

    /** This request to another address. */
    public WireRequest withUri(URI other) {
        return new WireRequest(method, other, fields, body);
    }

    /** The value of the first line of that field. */
    public Optional<String> first(String name) {
        return fields.stream()
                .filter(field -> field.isNamed(name))
                .map(Field::value)
                .findFirst();
    }
}
