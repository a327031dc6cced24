package dev.reprise.client;

/** Where in a request the idempotency key is. */
public sealed interface KeyPlacement {
    /**
     * In a field.
     *
     * @param name its name
     * @param quoted as the string of a structured field, {@code "key"}; bare otherwise, which not all keys can be (S1)
     */
    record Field(String name, boolean quoted) implements KeyPlacement {
        /** @throws IllegalArgumentException if the name is no field name */
        public Field {
            requireToken(name);
        }
    }

    /**
     * In a parameter of the query.
     *
     * @param name its name
     */
    record QueryParameter(String name) implements KeyPlacement {
        /** @throws IllegalArgumentException if the name needs escaping */
        public QueryParameter {
            requireToken(name);
        }
    }

    /** In {@code Repeatability-Request-ID}, with the time of the first attempt in {@code Repeatability-First-Sent}. */
    record Repeatability() implements KeyPlacement {}

    private static void requireToken(String name) {
        if (!name.matches("[\\w.~-]+")) {
            throw new IllegalArgumentException(
                    "A key is placed under a name of letters, digits, '-', '.', '_' and '~', not \"" + name + "\"");
        }
    }
}
