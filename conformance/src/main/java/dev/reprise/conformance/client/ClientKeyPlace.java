package dev.reprise.conformance.client;

import dev.reprise.conformance.Field;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a client writes its key.
 *
 * @param name of the header field, or of the member of a JSON or form body
 * @param inBody which of the two
 */
public record ClientKeyPlace(String name, boolean inBody) {
    /** The header field of the draft. */
    public static final ClientKeyPlace HEADER = new ClientKeyPlace("Idempotency-Key", false);

    Optional<String> find(List<Field> fields, String body) {
        if (!inBody) {
            return fields.stream()
                    .filter(field -> field.isNamed(name))
                    .map(Field::value)
                    .filter(value -> !value.isBlank())
                    .findFirst();
        }
        return body.startsWith("{") ? inJson(body) : inForm(body);
    }

    private Optional<String> inJson(String body) {
        try {
            return Optional.of(JsonMapper.shared().readTree(body).path(name).asString(""))
                    .filter(value -> !value.isBlank());
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private Optional<String> inForm(String body) {
        return Arrays.stream(body.split("&", -1))
                .filter(part -> part.startsWith(name + "="))
                .map(part -> URLDecoder.decode(part.substring(name.length() + 1), StandardCharsets.UTF_8))
                .filter(value -> !value.isBlank())
                .findFirst();
    }
}
