package dev.reprise.conformance.reference;

import dev.reprise.conformance.Field;
import java.util.List;

/** A request as it came. */
record In(String method, String path, List<Field> fields, String body, boolean whole, Client client) {
    /** The connection that it came by. */
    interface Client {
        /** Whether the caller has closed or reset the connection. */
        boolean isGone();
    }

    List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.isNamed(name))
                .map(Field::value)
                .toList();
    }

    String first(String name) {
        return all(name).isEmpty() ? "" : all(name).getFirst();
    }

    String pathOnly() {
        return path.split("\\?", 2)[0];
    }

    boolean has(String name) {
        return !all(name).isEmpty();
    }
}
