package dev.reprise.outbox;

import dev.reprise.client.IdempotencyKey;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is read from the table of an outbox for people to see. */
final class Entries {
    private static final String ENTRY =
            "SELECT operation_key, method, uri, state, rounds, created_at, due_at, deadline_at, open_outcome, status, note"
                    + " FROM reprise_outbox ";

    private Entries() {}

    static Optional<OutboxEntry> find(Connection connection, OutboxSql sql, IdempotencyKey key) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql.of(ENTRY + "WHERE operation_key = ?"))) {
            select.setString(1, key.value());
            return entries(select).stream().findFirst();
        }
    }

    static List<OutboxEntry> list(Connection connection, OutboxSql sql, OutboxState state, int most)
            throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(sql.of(ENTRY + "WHERE state = ? ORDER BY due_at, operation_key LIMIT ?"))) {
            select.setString(1, state.name());
            select.setInt(2, most);
            return entries(select);
        }
    }

    static int count(Connection connection, OutboxSql sql, OutboxState state, int most) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql.of("SELECT COUNT(*) FROM"
                + " (SELECT operation_key FROM reprise_outbox WHERE state = ? LIMIT ?) counted"))) {
            select.setString(1, state.name());
            select.setInt(2, most);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    private static List<OutboxEntry> entries(PreparedStatement select) throws SQLException {
        List<OutboxEntry> entries = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                int status = row.getInt("status");
                boolean answered = !row.wasNull();
                entries.add(new OutboxEntry(
                        new IdempotencyKey(row.getString("operation_key")),
                        row.getString("method"),
                        URI.create(row.getString("uri")),
                        OutboxState.valueOf(row.getString("state")),
                        row.getInt("rounds"),
                        Instant.ofEpochMilli(row.getLong("created_at")),
                        Instant.ofEpochMilli(row.getLong("due_at")),
                        Instant.ofEpochMilli(row.getLong("deadline_at")),
                        row.getInt("open_outcome") != 0,
                        answered ? status : null,
                        row.getString("note")));
            }
        }
        return entries;
    }

    static Optional<byte[]> answer(Connection connection, OutboxSql sql, IdempotencyKey key) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(sql.of("SELECT answer FROM reprise_outbox WHERE operation_key = ?"))) {
            select.setString(1, key.value());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.ofNullable(row.getBytes(1)) : Optional.empty();
            }
        }
    }
}
