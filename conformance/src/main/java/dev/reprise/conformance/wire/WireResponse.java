package dev.reprise.conformance.wire;

import dev.reprise.conformance.Field;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A response, to the byte.
 *
 * @param body each character is one byte
 * @param took from the first byte sent to the last one received
 */
public record WireResponse(int status, List<Field> fields, String body, Duration took) {
    public WireResponse {
        fields = List.copyOf(fields);
        Objects.requireNonNull(body);
        Objects.requireNonNull(took);
    }

    /** The value of the first line of that field. */
    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** The values of all lines of that field, in order. */
    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.isNamed(name))
                .map(Field::value)
                .toList();
    }

    /** The media type without parameters, in lower case; empty if there is none. */
    public String mediaType() {
        return first("Content-Type")
                .map(value -> value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
    }

    /** The body read as UTF-8. */
    public String text() {
        return new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Whether the status is 2xx or 3xx. */
    public boolean isSuccess() {
        return status >= 200 && status < 400;
    }
}
