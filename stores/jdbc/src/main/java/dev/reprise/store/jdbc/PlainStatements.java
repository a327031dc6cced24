package dev.reprise.store.jdbc;

import dev.reprise.Response;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.Claim;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Statements that every product understands, sent in batches of JDBC.
 *
 * <p>Tokens come from a counter row that a transaction with claims locks first. So claims follow one another, and an
 * operation's tokens grow in the order in which its owners come.
 */
abstract class PlainStatements extends Statements {
    private static final int LONGEST_REASON = 1_000;

    PlainStatements(TableName table, String now) {
        super(table, now);
    }

    /** Inserts a row unless one with its id is there: columns and places for their values are filled in. */
    abstract String insertUnlessThere(String columns, String places);

    /** Locks what stands for an operation until the end of the transaction. */
    abstract void lock(Connection connection, Key key) throws SQLException;

    /** Whether {@link #lock} failed because another transaction has the lock. */
    abstract boolean isLocked(SQLException failure);

    /** Sent first in a transaction, so that a statement sees what was committed before it; empty for nothing. */
    abstract String beginning();

    @Override
    Map<Key, Existing> read(Connection connection, Collection<Key> keys) throws SQLException {
        String statement = sql("SELECT " + Rows.COLUMNS + ", {now} FROM {operation} WHERE id IN ");
        return in(connection, statement, keys, Rows::readAll);
    }

    private Map<Key, Rows.Stamp> stamps(Connection connection, Collection<Key> keys) throws SQLException {
        String statement = sql("SELECT " + Rows.Stamp.COLUMNS + " FROM {operation} WHERE id IN ");
        return in(connection, statement, keys, Rows.Stamp::readAll);
    }

    @Override
    Map<Key, Watched> watch(Connection connection, Collection<Key> keys) throws SQLException {
        Map<Key, Watched> watched = new HashMap<>();
        stamps(connection, keys).forEach((key, stamp) -> watched.put(key, new Watched(stamp, false)));
        return watched;
    }

    @FunctionalInterface
    private interface Reader<R> {
        Map<Key, R> read(ResultSet rows) throws SQLException;
    }

    /** A statement with as many places as the next power of two, so that there are few different ones to prepare. */
    private static <R> Map<Key, R> in(Connection connection, String statement, Collection<Key> keys, Reader<R> reader)
            throws SQLException {
        if (keys.isEmpty()) {
            return Map.of();
        }
        int places = Integer.highestOneBit(2 * keys.size() - 1);
        String list = "(?" + ", ?".repeat(places - 1) + ")";
        try (PreparedStatement prepared = connection.prepareStatement(statement + list)) {
            int place = 0;
            byte[] last = new byte[Key.LENGTH];
            for (Key key : keys) {
                last = key.bytes();
                prepared.setBytes(++place, last);
            }
            while (place < places) {
                prepared.setBytes(++place, last);
            }
            try (ResultSet rows = prepared.executeQuery()) {
                return reader.read(rows);
            }
        }
    }

    @Override
    Written write(Connection connection, Batch batch) throws SQLException {
        begin(connection);
        if (!batch.claims().isEmpty()) {
            long token = reserveTokens(connection, batch.claims().size());
            token = insert(connection, batch.inserts(), token);
            replace(connection, batch.replacements(), token);
        }
        renew(connection, batch.endings(Ending.Renew.class));
        complete(connection, batch.endings(Ending.Complete.class));
        release(connection, batch.endings(Ending.Release.class));
        park(connection, batch.endings(Ending.Park.class));
        return new Written(read(connection, batch.claimedKeys()), stamps(connection, batch.endedKeys()));
    }

    @Override
    Map<Key, Existing> claim(Connection connection, Key key) throws SQLException, BusyException {
        boolean locked;
        try {
            lock(connection, key);
            locked = true;
        } catch (SQLException e) {
            if (!isLocked(e)) {
                throw e;
            }
            locked = false;
        }
        return claimed(connection, key, read(connection, List.of(key)), locked);
    }

    private void begin(Connection connection) throws SQLException {
        if (!beginning().isEmpty()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(beginning());
            }
        }
    }

    /** The first of as many tokens, all greater than any before. */
    private long reserveTokens(Connection connection, int number) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement(sql("UPDATE {meta} SET amount = amount + ? WHERE name = 'token'"))) {
            update.setInt(1, number);
            update.executeUpdate();
        }
        try (PreparedStatement select =
                        connection.prepareStatement(sql("SELECT amount FROM {meta} WHERE name = 'token'"));
                ResultSet rows = select.executeQuery()) {
            if (!rows.next()) {
                throw new SQLException(sql("{meta} has no row named token"));
            }
            return rows.getLong(1) - number + 1;
        }
    }

    private long insert(Connection connection, List<Claiming> claims, long firstToken) throws SQLException {
        String statement = sql(insertUnlessThere(
                "id, idempotency_key, principal, route, fingerprint_version, fingerprint, token, lease_end, owner_node, "
                        + "owner_claim, state, attempt, created_at",
                "?, ?, ?, ?, ?, ?, ?, {now} + ?, ?, ?, 1, 1, {now}"));
        long token = firstToken;
        List<Values> rows = new ArrayList<>();
        for (Claiming one : claims) {
            Claim claim = one.claim();
            long next = token++;
            rows.add(values -> values.add(one.key())
                    .add(claim.id().key().value())
                    .add(claim.id().scope().principal())
                    .add(claim.id().scope().route())
                    .add(claim.fingerprint().version())
                    .add(claim.fingerprint().digest())
                    .add(next)
                    .add(Rows.micros(claim.lease()))
                    .add(claim.owner().node())
                    .add(claim.owner().claim()));
        }
        send(connection, statement, rows);
        return token;
    }

    private void replace(Connection connection, List<Claiming> claims, long firstToken) throws SQLException {
        // MySQL assigns from left to right, and later assignments see the earlier ones: the state comes last.
        String statement = sql("UPDATE {operation} SET attempt = CASE WHEN state = 2 THEN 1 ELSE attempt + 1 END, "
                + "created_at = CASE WHEN state = 2 THEN {now} ELSE created_at END, ended_at = NULL, "
                + "expires_at = NULL, status = NULL, headers = NULL, trailers = NULL, body = NULL, reason = NULL, "
                + "token = ?, fingerprint_version = ?, fingerprint = ?, lease_end = {now} + ?, owner_node = ?, "
                + "owner_claim = ?, state = 1 WHERE id = ? AND ((state = 2 AND expires_at <= {now}) OR (token = ? "
                + "AND (state = 3 OR (state = 1 AND lease_end <= {now}))))");
        long token = firstToken;
        List<Values> rows = new ArrayList<>();
        for (Claiming one : claims) {
            Claim claim = one.claim();
            long next = token++;
            rows.add(values -> values.add(next)
                    .add(claim.fingerprint().version())
                    .add(claim.fingerprint().digest())
                    .add(Rows.micros(claim.lease()))
                    .add(claim.owner().node())
                    .add(claim.owner().claim())
                    .add(one.key())
                    .add(claim.takeOverFrom().value()));
        }
        send(connection, statement, rows);
    }

    private void renew(Connection connection, List<Batch.Keyed<Ending.Renew>> writes) throws SQLException {
        String statement = sql("UPDATE {operation} SET lease_end = {now} + ? WHERE id = ? AND token = ? AND state = 1");
        List<Values> rows = new ArrayList<>();
        for (Batch.Keyed<Ending.Renew> one : writes) {
            rows.add(values -> values.add(Rows.micros(one.write().lease().length()))
                    .add(one.key())
                    .add(one.write().lease().token().value()));
        }
        send(connection, statement, rows);
    }

    private void complete(Connection connection, List<Batch.Keyed<Ending.Complete>> writes) throws SQLException {
        String statement = sql("UPDATE {operation} SET state = 2, ended_at = {now}, expires_at = {now} + ?, "
                + "status = ?, headers = ?, trailers = ?, body = ? WHERE id = ? AND token = ? AND state <> 2");
        List<Values> rows = new ArrayList<>();
        for (Batch.Keyed<Ending.Complete> one : writes) {
            Response response = one.write().response();
            rows.add(values -> values.add(Rows.micros(one.write().retention()))
                    .add(response)
                    .add(one.key())
                    .add(one.write().lease().token().value()));
        }
        send(connection, statement, rows);
    }

    private void release(Connection connection, List<Batch.Keyed<Ending.Release>> writes) throws SQLException {
        String statement = sql("DELETE FROM {operation} WHERE id = ? AND token = ? AND state <> 2");
        List<Values> rows = new ArrayList<>();
        for (Batch.Keyed<Ending.Release> one : writes) {
            rows.add(values ->
                    values.add(one.key()).add(one.write().lease().token().value()));
        }
        send(connection, statement, rows);
    }

    private void park(Connection connection, List<Batch.Keyed<Ending.Park>> writes) throws SQLException {
        String statement = sql("UPDATE {operation} SET state = 3, ended_at = {now}, lease_end = {now}, reason = ? "
                + "WHERE id = ? AND token = ? AND state = 1");
        List<Values> rows = new ArrayList<>();
        for (Batch.Keyed<Ending.Park> one : writes) {
            rows.add(values -> values.add(reason(one.write().reason()))
                    .add(one.key())
                    .add(one.write().lease().token().value()));
        }
        send(connection, statement, rows);
    }

    /** As much of a reason as a column holds, without what PostgreSQL's text cannot hold. */
    static String reason(String reason) {
        String clean = reason.replace('\0', ' ');
        if (clean.length() <= LONGEST_REASON) {
            return clean;
        }
        int end = Character.isHighSurrogate(clean.charAt(LONGEST_REASON - 1)) ? LONGEST_REASON - 1 : LONGEST_REASON;
        return clean.substring(0, end);
    }

    /** The values of one row. */
    @FunctionalInterface
    interface Values {
        Places into(Places places) throws SQLException;
    }

    /** Fills the places of a statement from left to right. */
    static final class Places {
        private final PreparedStatement prepared;
        private int place;

        Places(PreparedStatement prepared) {
            this.prepared = prepared;
        }

        Places add(Key value) throws SQLException {
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
    }

    private static void send(Connection connection, String statement, List<Values> rows) throws SQLException {
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
