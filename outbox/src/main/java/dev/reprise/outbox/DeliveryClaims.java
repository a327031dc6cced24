package dev.reprise.outbox;

import dev.reprise.client.IdempotencyKey;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How a node takes operations that are due, and leaves those that another one is taking. Taking one counts as sending it, and
 * leaves its outcome open: this node may be gone before it can tell.
 */
final class DeliveryClaims {
    private final OutboxSql sql;

    DeliveryClaims(OutboxSql sql) {
        this.sql = sql;
    }

    /** A row that is due: to be sent, or to be parked since this release cannot send it. */
    private sealed interface Due {
        record Sendable(Claimed claimed) implements Due {}

        record Unreadable(String key, long claim, String note) implements Due {}
    }

    List<Claimed> claim(Connection connection, int most, Duration lease) throws SQLException {
        List<Claimed> taken = new ArrayList<>();
        for (Due due : due(connection, most, lease)) {
            switch (due) {
                case Due.Sendable(Claimed claimed) -> {
                    if (take(connection, claimed)) {
                        taken.add(claimed);
                    }
                }
                case Due.Unreadable unreadable -> park(connection, unreadable);
            }
        }
        return taken;
    }

    private List<Due> due(Connection connection, int most, Duration lease) throws SQLException {
        OutboxRows.begin(connection, sql);
        try (PreparedStatement select = connection.prepareStatement(sql.of("SELECT operation_key, method, uri,"
                + " fields, body, deadline_at, claim, rounds, first_sent_at, forgotten_at, open_outcome, {now} AS shown"
                + " FROM reprise_outbox WHERE state = 'PENDING' AND due_at <= {now}"
                + " ORDER BY due_at LIMIT ?{skip locked}"))) {
            select.setInt(1, most);
            List<Due> due = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    due.add(due(row, lease));
                }
            }
            return due;
        }
    }

    private static Due due(ResultSet row, Duration lease) throws SQLException {
        String key = row.getString("operation_key");
        long claim = row.getLong("claim") + 1;
        Instant now = Instant.ofEpochMilli(row.getLong("shown"));
        boolean open = row.getInt("open_outcome") != 0;
        // What has reached nobody so far begins now.
        Instant firstSent = open ? Instant.ofEpochMilli(row.getLong("first_sent_at")) : now;
        long forgottenAt = row.getLong("forgotten_at");
        Instant forgotten = row.wasNull() || !open ? null : Instant.ofEpochMilli(forgottenAt);
        try {
            return new Due.Sendable(new Claimed(
                    request(key, row),
                    claim,
                    row.getInt("rounds") + 1,
                    firstSent,
                    forgotten,
                    open,
                    now,
                    now.plus(lease)));
        } catch (IllegalArgumentException e) {
            return new Due.Unreadable(key, claim, "It cannot be sent from here: " + e.getMessage());
        }
    }

    private static OutboxRequest request(String key, ResultSet row) throws SQLException {
        return new OutboxRequest(
                new IdempotencyKey(key),
                row.getString("method"),
                URI.create(row.getString("uri")),
                OutboxRequest.parseFields(row.getString("fields")),
                row.getBytes("body"),
                Instant.ofEpochMilli(row.getLong("deadline_at")));
    }

    private boolean take(Connection connection, Claimed one) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement(sql.of("UPDATE reprise_outbox SET claim = ?, rounds = ?,"
                        + " due_at = ?, first_sent_at = ?, open_outcome = 1 WHERE operation_key = ? AND claim = ?"
                        + " AND state = 'PENDING'"))) {
            update.setLong(1, one.claim());
            update.setInt(2, one.rounds());
            update.setLong(3, one.until().toEpochMilli());
            update.setLong(4, one.firstSent().toEpochMilli());
            update.setString(5, one.request().key().value());
            update.setLong(6, one.claim() - 1);
            return update.executeUpdate() == 1;
        }
    }

    /** Otherwise one such row would keep all those behind it from being sent. */
    private void park(Connection connection, Due.Unreadable row) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql.of("UPDATE reprise_outbox SET"
                + " state = 'PARKED', claim = ?, due_at = {now}, note = ? WHERE operation_key = ? AND claim = ?"
                + " AND state = 'PENDING'"))) {
            update.setLong(1, row.claim());
            update.setString(2, OutboxRows.note(row.note()));
            update.setString(3, row.key());
            update.setLong(4, row.claim() - 1);
            update.executeUpdate();
        }
    }
}
