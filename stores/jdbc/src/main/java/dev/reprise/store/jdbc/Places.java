package dev.reprise.store.jdbc;

import dev.reprise.Body;
import dev.reprise.Response;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fills the places of a statement from left to right. */
final class Places {
    private final PreparedStatement prepared;
    private int place;

    Places(PreparedStatement prepared) {
        this.prepared = prepared;
    }

    Places add(RowKey value) throws SQLException {
        return add(value.bytes());
    }

    Places add(byte[] value) throws SQLException {
        prepared.setBytes(++place, value);
        return this;
    }

    Places add(String value) throws SQLException {
        prepared.setString(++place, value);
        return this;
    }

    Places add(long value) throws SQLException {
        prepared.setLong(++place, value);
        return this;
    }

    /** Nothing for null. */
    Places add(@Nullable Body value) throws SQLException {
        if (value == null) {
            prepared.setNull(++place, Types.VARBINARY);
        } else {
            prepared.setBytes(++place, value.bytes());
        }
        return this;
    }

    /** Status, headers, trailers, body. */
    Places add(Response response) throws SQLException {
        prepared.setInt(++place, response.status());
        prepared.setString(++place, HeaderText.of(response.headers()));
        prepared.setString(++place, HeaderText.of(response.trailers()));
        if (response.body().isOmitted()) {
            prepared.setNull(++place, Types.VARBINARY);
        } else {
            prepared.setBytes(++place, response.body().bytes());
        }
        return this;
    }

    /** The values of one row. */
    @FunctionalInterface
    interface Values {
        Places into(Places places) throws SQLException;
    }

    /** Sends a statement for each row, in a batch if there are several. */
    static void send(Connection connection, String statement, List<Values> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement prepared = connection.prepareStatement(statement)) {
            for (Values row : rows) {
                row.into(new Places(prepared));
                if (rows.size() > 1) {
                    prepared.addBatch();
                }
            }
            if (rows.size() > 1) {
                prepared.executeBatch();
            } else {
                prepared.executeUpdate();
            }
        }
    }
}
