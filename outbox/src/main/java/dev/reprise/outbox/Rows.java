package dev.reprise.outbox;

import dev.reprise.client.IdempotencyKey;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table of an outbox. Every change after a claim names the claim, so that a node that comes back late changes nothing. */
final class Rows {
    private static final String ENTRY =
            "SELECT operation_key, method, uri, state, rounds, created_at, due_at, deadline_at, open_outcome, status, note"
                    + " FROM reprise_outbox ";

    private final Dialect dialect;

    Rows(Dialect dialect) {
        this.dialect = dialect;
    }

    void insert(Connection connection, OutboxRequest request, Instant now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO reprise_outbox (operation_key, state,"
                + " due_at, claim, rounds, open_outcome, created_at, deadline_at, method, uri, fields, body)"
                + " VALUES (?, 'PENDING', ?, 0, 0, 0, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, request.key().value());
            insert.setLong(2, now.toEpochMilli());
            insert.setLong(3, now.toEpochMilli());
            insert.setLong(4, request.deadline().toEpochMilli());
            insert.setString(5, request.method());
            insert.setString(6, request.uri().toString());
            insert.setString(7, request.fieldLines());
            insert.setBytes(8, request.body());
            insert.executeUpdate();
        }
    }

    /**
     * Takes operations that are due. Taking one counts as sending it, and leaves its outcome open: this node may be gone
     * before it can tell.
     */
    List<Claimed> claim(Connection connection, int most, Instant now, Duration lease) throws SQLException {
        List<Claimed> due = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT operation_key, method, uri, fields, body,"
                + " deadline_at, claim, rounds, first_sent_at, open_outcome FROM reprise_outbox"
                + " WHERE state = 'PENDING' AND due_at <= ? ORDER BY due_at LIMIT ?" + dialect.locking())) {
            select.setLong(1, now.toEpochMilli());
            select.setInt(2, most);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    due.add(claimed(rows, now));
                }
            }
        }
        List<Claimed> taken = new ArrayList<>();
        try (PreparedStatement update = connection.prepareStatement("UPDATE reprise_outbox SET claim = ?, rounds = ?,"
                + " due_at = ?, first_sent_at = ?, open_outcome = 1 WHERE operation_key = ? AND claim = ?"
                + " AND state = 'PENDING'")) {
            for (Claimed one : due) {
                update.setLong(1, one.claim());
                update.setInt(2, one.rounds());
                update.setLong(3, now.plus(lease).toEpochMilli());
                update.setLong(4, one.firstSent().toEpochMilli());
                update.setString(5, one.request().key().value());
                update.setLong(6, one.claim() - 1);
                if (update.executeUpdate() == 1) {
                    taken.add(one);
                }
            }
        }
        return taken;
    }

    private static Claimed claimed(ResultSet row, Instant now) throws SQLException {
        OutboxRequest request = new OutboxRequest(
                new IdempotencyKey(row.getString("operation_key")),
                row.getString("method"),
                URI.create(row.getString("uri")),
                OutboxRequest.parseFields(row.getString("fields")),
                row.getBytes("body"),
                Instant.ofEpochMilli(row.getLong("deadline_at")));
        boolean open = row.getInt("open_outcome") != 0;
        return new Claimed(
                request,
                row.getLong("claim") + 1,
                row.getInt("rounds") + 1,
                // What has reached nobody so far begins now.
                open ? Instant.ofEpochMilli(row.getLong("first_sent_at")) : now,
                open);
    }

    /** Records how a round ended; false if the claim was no longer this node's. */
    boolean end(Connection connection, Claimed claimed, Round round, Instant now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE reprise_outbox SET state = ?, due_at = ?,"
                + " open_outcome = ?, status = ?, answer = ?, note = ?, ended_at = ?"
                + " WHERE operation_key = ? AND claim = ? AND state = 'PENDING'")) {
            switch (round) {
                case Round.Ended ended ->
                    set(
                            update,
                            ended.state(),
                            now,
                            false,
                            ended.status(),
                            ended.answer().bytes(),
                            null,
                            now);
                case Round.Later later ->
                    set(update, OutboxState.PENDING, later.then(), later.open(), null, null, later.note(), null);
                case Round.Parked parked ->
                    set(update, OutboxState.PARKED, now, parked.open(), parked.status(), null, parked.note(), now);
            }
            update.setString(8, claimed.request().key().value());
            update.setLong(9, claimed.claim());
            return update.executeUpdate() == 1;
        }
    }

    private static void set(
            PreparedStatement update,
            OutboxState state,
            Instant due,
            boolean open,
            @Nullable Integer status,
            byte @Nullable [] answer,
            @Nullable String note,
            @Nullable Instant ended)
            throws SQLException {
        update.setString(1, state.name());
        update.setLong(2, due.toEpochMilli());
        update.setInt(3, open ? 1 : 0);
        update.setObject(4, status, Types.INTEGER);
        update.setBytes(5, answer);
        update.setString(6, note == null ? null : note.substring(0, Math.min(1000, note.length())));
        update.setObject(7, ended == null ? null : ended.toEpochMilli(), Types.BIGINT);
    }

    /** Ends or reopens what is parked; false if it is not. */
    boolean unpark(Connection connection, IdempotencyKey key, OutboxState state, @Nullable String note, Instant now)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE reprise_outbox SET state = ?, due_at = ?,"
                + " note = ?, deadline_at = CASE WHEN deadline_at < ? THEN ? ELSE deadline_at END"
                + " WHERE operation_key = ? AND state = 'PARKED'")) {
            update.setString(1, state.name());
            update.setLong(2, now.toEpochMilli());
            update.setString(3, note);
            long laterDeadline = now.plus(Duration.ofHours(1)).toEpochMilli();
            update.setLong(4, laterDeadline);
            update.setLong(5, laterDeadline);
            update.setString(6, key.value());
            return update.executeUpdate() == 1;
        }
    }

    Optional<OutboxEntry> find(Connection connection, IdempotencyKey key) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(ENTRY + "WHERE operation_key = ?")) {
            select.setString(1, key.value());
            return entries(select).stream().findFirst();
        }
    }

    List<OutboxEntry> list(Connection connection, OutboxState state, int most) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(ENTRY + "WHERE state = ? ORDER BY due_at, operation_key LIMIT ?")) {
            select.setString(1, state.name());
            select.setInt(2, most);
            return entries(select);
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

    Optional<byte[]> answer(Connection connection, IdempotencyKey key) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT answer FROM reprise_outbox WHERE operation_key = ?")) {
            select.setString(1, key.value());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.ofNullable(row.getBytes(1)) : Optional.empty();
            }
        }
    }

    /** Deletes what ended before that time, a bounded number; what is pending or parked stays. */
    int purge(Connection connection, Instant before, int most) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM reprise_outbox WHERE operation_key IN"
                + " (SELECT operation_key FROM reprise_outbox WHERE state IN ('DELIVERED', 'REFUSED', 'RESOLVED')"
                + " AND ended_at < ? LIMIT ?)")) {
            delete.setLong(1, before.toEpochMilli());
            delete.setInt(2, most);
            return delete.executeUpdate();
        }
    }
}
