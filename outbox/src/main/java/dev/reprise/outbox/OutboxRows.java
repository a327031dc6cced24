package dev.reprise.outbox;

import dev.reprise.client.IdempotencyKey;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is written to the table of an outbox, by the database's clock. Every change after a claim names the claim, so that a
 * node that comes back late changes nothing.
 */
final class OutboxRows {
    private static final int LONGEST_NOTE = 1000;
    /** What a parked operation is given that is sent again after its deadline. */
    private static final Duration ANOTHER_DEADLINE = Duration.ofHours(1);

    /** What a connection takes to break, and its session to be gone. */
    private static final int LONGEST_WAIT_SECONDS = 5;

    private final OutboxSql sql;
    private final Adding adding;

    OutboxRows(OutboxSql sql) {
        this.sql = sql;
        this.adding = new Adding(sql);
    }

    /** Begins a transaction that locks rows. */
    static void begin(Connection connection, OutboxSql sql) throws SQLException {
        String beginning = sql.dialect().beginning();
        if (!beginning.isEmpty()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql.of(beginning));
            }
        }
    }

    /**
     * Writes an operation down; false if the same one is there.
     *
     * @throws SQLException if there is another one of that key; the transaction can go on then
     */
    boolean insert(Connection connection, OutboxRequest request) throws SQLException {
        return adding.insert(connection, request, 0);
    }

    /** As {@link #insert}, but does not wait for ever for a transaction that has the key and does not end. */
    boolean insertSoon(Connection connection, OutboxRequest request) throws SQLException {
        return adding.insert(connection, request, LONGEST_WAIT_SECONDS);
    }

    /** Records how a round ended; false if the claim was no longer this node's. */
    boolean end(Connection connection, Claimed claimed, DeliveryRound round) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql.of("UPDATE reprise_outbox SET state = ?,"
                + " due_at = {now} + ?, open_outcome = ?, status = ?, answer = ?, note = ?, forgotten_at ="
                + " CASE WHEN forgotten_at < {now} + ? THEN forgotten_at ELSE COALESCE({now} + ?, forgotten_at) END"
                + " WHERE operation_key = ? AND claim = ? AND state = 'PENDING'"))) {
            switch (round) {
                case DeliveryRound.Ended ended -> {
                    setState(update, ended.state(), Duration.ZERO, false);
                    setAnswer(update, ended.status(), ended.answer().bytes(), null, null);
                }
                case DeliveryRound.Later later -> {
                    setState(update, OutboxState.PENDING, later.pause(), later.open());
                    setAnswer(update, null, null, later.note(), later.remembered());
                }
                case DeliveryRound.Parked parked -> {
                    setState(update, OutboxState.PARKED, Duration.ZERO, parked.open());
                    setAnswer(update, parked.status(), null, parked.note(), parked.remembered());
                }
            }
            update.setString(9, claimed.request().key().value());
            update.setLong(10, claimed.claim());
            return update.executeUpdate() == 1;
        }
    }

    /** Whether the claim is this node's, so that if its round has ended, it was this node that said how. */
    boolean isHeld(Connection connection, Claimed claimed) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                sql.of("SELECT 1 FROM reprise_outbox WHERE operation_key = ? AND claim = ?"))) {
            select.setString(1, claimed.request().key().value());
            select.setLong(2, claimed.claim());
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    private static void setState(PreparedStatement update, OutboxState state, Duration pause, boolean open)
            throws SQLException {
        update.setString(1, state.name());
        update.setLong(2, pause.toMillis());
        update.setInt(3, open ? 1 : 0);
    }

    private static void setAnswer(
            PreparedStatement update,
            @Nullable Integer status,
            byte @Nullable [] answer,
            @Nullable String note,
            @Nullable Duration remembered)
            throws SQLException {
        update.setObject(4, status, Types.INTEGER);
        update.setBytes(5, answer);
        update.setString(6, note == null ? null : note(note));
        Long millis = remembered == null ? null : remembered.toMillis();
        update.setObject(7, millis, Types.BIGINT);
        update.setObject(8, millis, Types.BIGINT);
    }

    /** What every database takes: PostgreSQL has no character 0 and no half of a surrogate pair. */
    static String note(String text) {
        String start = text.substring(0, Math.min(LONGEST_NOTE, text.length())).replace('\0', ' ');
        return new String(start.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /** Ends or reopens what is parked; false if it is not. */
    boolean unpark(Connection connection, IdempotencyKey key, OutboxState state, @Nullable String note)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql.of("UPDATE reprise_outbox SET state = ?,"
                + " due_at = {now}, note = ?,"
                + " deadline_at = CASE WHEN deadline_at < {now} + ? THEN {now} + ? ELSE deadline_at END"
                + " WHERE operation_key = ? AND state = 'PARKED'"))) {
            update.setString(1, state.name());
            update.setString(2, note == null ? null : note(note));
            update.setLong(3, ANOTHER_DEADLINE.toMillis());
            update.setLong(4, ANOTHER_DEADLINE.toMillis());
            update.setString(5, key.value());
            return update.executeUpdate() == 1;
        }
    }

    /** Whether an operation that was parked is so no more, or is resolved with that note. */
    boolean isUnparked(Connection connection, IdempotencyKey key, OutboxState state, @Nullable String note)
            throws SQLException {
        return Entries.find(connection, sql, key)
                .filter(entry -> state == OutboxState.PENDING
                        ? entry.state() != OutboxState.PARKED
                        : entry.state() == state && note != null && note(note).equals(entry.note()))
                .isPresent();
    }

    /** Deletes what has been in one of these states for that long, a bounded number. */
    int purge(Connection connection, List<OutboxState> states, Duration age, int most) throws SQLException {
        begin(connection, sql);
        List<String> old = new ArrayList<>();
        // One state after the other, as the index has them.
        for (OutboxState state : states) {
            old.addAll(inStateSince(connection, state, age, most - old.size()));
        }
        try (PreparedStatement delete =
                connection.prepareStatement(sql.of("DELETE FROM reprise_outbox WHERE operation_key = ?"))) {
            for (String key : old) {
                delete.setString(1, key);
                delete.addBatch();
            }
            delete.executeBatch();
        }
        return old.size();
    }

    /** Their keys, locked, so that nodes that delete at once do not wait for each other. */
    private List<String> inStateSince(Connection connection, OutboxState state, Duration age, int most)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql.of("SELECT operation_key FROM"
                + " reprise_outbox WHERE state = ? AND due_at <= {now} - ? ORDER BY due_at LIMIT ?{skip locked}"))) {
            select.setString(1, state.name());
            select.setLong(2, age.toMillis());
            select.setInt(3, most);
            List<String> keys = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    keys.add(row.getString(1));
                }
            }
            return keys;
        }
    }
}
