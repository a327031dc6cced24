package dev.reprise.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The values of one column of several rows, sent as an array. */
final class Columns {
    private final String type;
    private final @Nullable Object[] values;

    private Columns(String type, @Nullable Object[] values) {
        this.type = type;
        this.values = values;
    }

    static Columns keys(Collection<RowKey> keys) {
        return bytes(keys.stream().map(RowKey::bytes));
    }

    static Columns bytes(Stream<byte @Nullable []> values) {
        return new Columns("bytea", values.toArray(byte[][]::new));
    }

    static Columns texts(Stream<@Nullable String> values) {
        return new Columns("text", values.toArray(String[]::new));
    }

    static Columns numbers(Stream<Long> values) {
        return new Columns("bigint", values.toArray(Long[]::new));
    }

    void set(Connection connection, PreparedStatement prepared, int place) throws SQLException {
        prepared.setArray(place, connection.createArrayOf(type, values));
    }
}
