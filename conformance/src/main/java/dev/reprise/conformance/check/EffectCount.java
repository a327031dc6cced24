package dev.reprise.conformance.check;

import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.JsonPathException;
import dev.reprise.conformance.EffectQuery;
import dev.reprise.conformance.wire.WireResponse;
import java.util.Collection;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** Reads a count out of an answer. */
final class EffectCount {
    private EffectCount() {}

    /** The number, or the number of elements, that the query points to; empty if there is neither. */
    static OptionalLong of(EffectQuery query, WireResponse response) {
        return query.isPath() ? byPath(query.pointer(), response.text()) : byPointer(query.pointer(), response);
    }

    private static OptionalLong byPointer(String pointer, WireResponse response) {
        JsonNode found = Problems.json(response).at(pointer);
        if (found.isArray()) {
            return OptionalLong.of(found.size());
        }
        return found.isIntegralNumber() ? OptionalLong.of(found.asLong()) : OptionalLong.empty();
    }

    private static OptionalLong byPath(String path, String json) {
        if (json.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            Object found = JsonPath.read(json, path);
            return switch (found) {
                case Integer number -> OptionalLong.of(number);
                case Long number -> OptionalLong.of(number);
                case Collection<?> elements -> OptionalLong.of(elements.size());
                case null, default -> OptionalLong.empty();
            };
        } catch (JsonPathException e) {
            return OptionalLong.empty();
        }
    }
}
