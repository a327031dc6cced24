package dev.reprise.outbox;

import java.util.regex.Pattern;

/**
 * The statements of one outbox: with the words of its database in them, and with its table.
 *
 * @param dialect its database
 * @param table its table; the names of all else begin with it
 */
record OutboxSql(SqlDialect dialect, String table) {
    /** The table that an outbox has if nobody names another, and that all statements are written with. */
    static final String USUAL = "reprise_outbox";

    /** What every database takes without quotes, with an ending behind it. */
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,47}");

    /** What the tables and indexes of other outboxes end with. */
    private static final Pattern TAKEN = Pattern.compile(".*_(schema|due)");

    /** @throws IllegalArgumentException if no table can have that name */
    OutboxSql {
        requireName(table);
    }

    /** The statements of an outbox with the usual table. */
    static OutboxSql of(SqlDialect dialect) {
        return new OutboxSql(dialect, USUAL);
    }

    static void requireName(String table) {
        if (TAKEN.matcher(table).matches()) {
            throw new IllegalArgumentException("The table of an outbox does not end in _schema or _due, as \"" + table
                    + "\" does: what belongs to another outbox may have that name");
        }
        if (!NAME.matcher(table).matches()) {
            throw new IllegalArgumentException(
                    "The table of an outbox is named by a letter and then up to 47 letters, digits"
                            + " and underscores, all in lower case, and not \"" + table + '"');
        }
    }

    /** A statement as this outbox runs it. */
    String of(String statement) {
        return dialect.sql(statement).replace(USUAL, table);
    }
}
