package dev.reprise.store.jdbc;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which table holds the records. The names of the other objects of the schema begin with its name.
 *
 * @param schema the database schema that holds it, or null for the connection's own
 * @param name the table
 */
public record TableName(@Nullable String schema, String name) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,39}");

    /** {@code reprise_operation} in the connection's own schema. */
    public static final TableName DEFAULT = new TableName(null, "reprise_operation");

    /**
     * @throws IllegalArgumentException if a name is not a letter or underscore followed by at most 39 letters, digits and
     *     underscores: names are never quoted
     */
    public TableName {
        check(name);
        if (schema != null) {
            check(schema);
        }
    }

    private static void check(String name) {
        if (!PLAIN.matcher(name).matches()) {
            throw new IllegalArgumentException("A table or schema is named by a letter or underscore and at most 39 "
                    + "letters, digits and underscores more: " + name);
        }
    }

    /**
     * The name written as {@code table} or {@code schema.table}.
     *
     * @throws IllegalArgumentException if it is not written so
     */
    public static TableName of(String text) {
        int dot = text.indexOf('.');
        return dot < 0 ? new TableName(null, text) : new TableName(text.substring(0, dot), text.substring(dot + 1));
    }

    /** The table, or another object of it: qualified, as statements name it. */
    String object(String suffix) {
        return (schema == null ? "" : schema + ".") + name + suffix;
    }

    @Override
    public String toString() {
        return object("");
    }
}
