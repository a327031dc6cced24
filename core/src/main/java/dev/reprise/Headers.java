package dev.reprise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

/**
 * Header or trailer fields in the order in which they were added; names compare case-insensitively and keep their
 * spelling.
 *
 * <p>Immutable and thread-safe.
 */
public final class Headers {
    /** No fields. */
    public static final Headers EMPTY = new Headers(new String[0]);

    private final String[] namesAndValues;

    private Headers(String[] namesAndValues) {
        this.namesAndValues = namesAndValues;
    }

    /**
     * Fields given as name, value, name, value.
     *
     * @throws IllegalArgumentException if a value is missing, a name is empty, or either holds a line break or NUL
     */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("A value is missing: names and values come in pairs");
        }
        Builder builder = new Builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    /** A builder without fields. */
    public static Builder builder() {
        return new Builder();
    }

    /** The number of fields; a name that occurs twice counts twice. */
    public int size() {
        return namesAndValues.length / 2;
    }

    /** The value of the first field of that name. */
    public Optional<String> first(String name) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i].equalsIgnoreCase(name)) {
                return Optional.of(namesAndValues[i + 1]);
            }
        }
        return Optional.empty();
    }

    /** The values of all fields of that name, in order. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(1);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i].equalsIgnoreCase(name)) {
                values.add(namesAndValues[i + 1]);
            }
        }
        return values;
    }

    /** Calls the action with each name and value, in order. */
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            action.accept(namesAndValues[i], namesAndValues[i + 1]);
        }
    }

    /** The fields for which the predicate on name and value holds. */
    public Headers filter(BiPredicate<String, String> keep) {
        Builder kept = new Builder(namesAndValues.length);
        forEach((name, value) -> {
            if (keep.test(name, value)) {
                kept.append(name, value);
            }
        });
        return kept.build();
    }

    /** These fields with all fields of that name replaced by one at the end. */
    public Headers with(String name, String value) {
        Builder changed = new Builder(namesAndValues.length + 2);
        forEach((n, v) -> {
            if (!n.equalsIgnoreCase(name)) {
                changed.append(n, v);
            }
        });
        return changed.add(name, value).build();
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Headers that) || namesAndValues.length != that.namesAndValues.length) {
            return false;
        }
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (!namesAndValues[i].equalsIgnoreCase(that.namesAndValues[i])
                    || !namesAndValues[i + 1].equals(that.namesAndValues[i + 1])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            hash = 31 * hash + namesAndValues[i].toLowerCase(Locale.ROOT).hashCode();
            hash = 31 * hash + namesAndValues[i + 1].hashCode();
        }
        return hash;
    }

    /** The names of the fields; values may be confidential and stay out of logs. */
    @Override
    public String toString() {
        List<String> names = new ArrayList<>(size());
        forEach((name, value) -> names.add(name));
        return names.toString();
    }

    /** Collects fields. Not thread-safe. */
    public static final class Builder {
        private String[] collected;
        private int length;

        private Builder() {
            this(16);
        }

        private Builder(int capacity) {
            collected = new String[capacity];
        }

        /**
         * Adds a field after those already there.
         *
         * @return this builder
         * @throws IllegalArgumentException if the name is empty, or name or value holds a line break or NUL
         */
        public Builder add(String name, String value) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("A field name is empty");
            }
            rejectLineBreaks(name);
            rejectLineBreaks(value);
            append(name, value);
            return this;
        }

        /** Adds a field that has been checked before. */
        private void append(String name, String value) {
            if (length == collected.length) {
                collected = Arrays.copyOf(collected, length * 2);
            }
            collected[length++] = name;
            collected[length++] = value;
        }

        private static void rejectLineBreaks(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\r' || c == '\n' || c == 0) {
                    throw new IllegalArgumentException("A field name or value holds a line break or NUL");
                }
            }
        }

        /** The fields added so far. */
        public Headers build() {
            if (length == 0) {
                return EMPTY;
            }
            // A full array is never written to again: the next field makes it grow.
            return new Headers(length == collected.length ? collected : Arrays.copyOf(collected, length));
        }
    }
}
