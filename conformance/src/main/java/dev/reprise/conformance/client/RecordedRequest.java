package dev.reprise.conformance.client;

import dev.reprise.conformance.Field;
import java.util.List;
import java.util.Optional;

/**
 * A request as it came.
 *
 * @param operation 1 or 2; 0 if it carries no mark
 * @param body each character is one byte
 * @param came when it had come, by {@link System#nanoTime}
 * @param answered when the reply was out, by the same clock
 * @param reply what it got, in words
 */
record RecordedRequest(
        int operation,
        String method,
        String target,
        List<Field> fields,
        String body,
        Optional<String> key,
        long came,
        long answered,
        String reply) {
    RecordedRequest {
        fields = List.copyOf(fields);
    }

    /** The same request, when its reply was out. */
    RecordedRequest answered(long when, String words) {
        return new RecordedRequest(operation, method, target, fields, body, key, came, when, words);
    }

    /** The value of the first line of that field; empty if there is none. */
    String field(String name) {
        return fields.stream()
                .filter(field -> field.isNamed(name))
                .map(Field::value)
                .findFirst()
                .orElse("");
    }
}
