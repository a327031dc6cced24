package dev.reprise.conformance.reference;

import dev.reprise.conformance.Field;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response to be sent.
 *
 * @param sent done when it is on its way; null for nothing
 * @param lost done when the connection turns out to have been reset; null for nothing
 */
record Out(
        int status,
        List<Field> fields,
        String body,
        @Nullable Runnable sent,
        @Nullable Runnable lost) {
    Out {
        fields = List.copyOf(fields);
    }

    static Out of(int status, String mediaType, String body) {
        return new Out(status, List.of(new Field("Content-Type", mediaType)), body, null, null);
    }

    static Out json(int status, String body) {
        return of(status, "application/json", body);
    }

    Out with(String name, String value) {
        List<Field> all = new ArrayList<>(without(name).fields);
        all.add(new Field(name, value));
        return new Out(status, all, body, sent, lost);
    }

    Out without(String name) {
        return new Out(
                status, fields.stream().filter(field -> !field.isNamed(name)).toList(), body, sent, lost);
    }

    Out withStatus(int other) {
        return new Out(other, fields, body, sent, lost);
    }

    Out withBody(String other) {
        return new Out(status, fields, other, sent, lost);
    }

    Out whenSent(Runnable action) {
        return new Out(status, fields, body, action, lost);
    }

    Out whenLost(Runnable action) {
        return new Out(status, fields, body, sent, action);
    }

    String first(String name) {
        return fields.stream()
                .filter(field -> field.isNamed(name))
                .map(Field::value)
                .findFirst()
                .orElse("");
    }
}
