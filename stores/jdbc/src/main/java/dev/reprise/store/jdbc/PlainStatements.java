package dev.reprise.store.jdbc;

import dev.reprise.OperationId;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.Claim;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Statements that every product understands, sent in batches of JDBC.
 *
 * <p>Tokens come from a counter row that a transaction with claims locks first. So claims follow one another, and an
 * operation's tokens grow in the order in which its owners come.
 */
abstract class PlainStatements extends Statements {
    private static final int LONGEST_REASON = 1_000;

    PlainStatements(TableName table, String now, Room room) {
        super(table, now, room);
    }

    /** Inserts a row unless one with its id is there: columns and places for their values are filled in. */
    abstract String insertUnlessThere(String columns, String places);

    /**
     * Locks what stands for an operation until the end of the transaction.
     *
     * @return the {@linkplain Home#id id} of where that is
     */
    abstract String lock(Connection connection, RowKey key) throws SQLException;

    /** Whether {@link #lock} failed because another transaction has the lock. */
    abstract boolean isLocked(SQLException failure);

    /** The code of the error by which a unique index refuses a row. */
    abstract boolean isDuplicate(int code);

    /** What the end of a query says to lock its rows in their order; empty where one transaction writes at a time. */
    String lockInOrder() {
        return " ORDER BY id FOR UPDATE";
    }

    @Override
    <R> R freshly(Connection connection, ShortConnections.Work<R> work) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(FRESH);
        }
        return work.on(connection);
    }

    /** These have no constraints that are checked later, so an insert that a unique index refuses has met its own table's. */
    @Override
    final boolean isRecorded(SQLException failure) {
        return isDuplicate(failure.getErrorCode());
    }

    /** None says so clearly enough to rely on it. */
    @Override
    final boolean hasRolledBack(SQLException failure) {
        return false;
    }

    @Override
    Map<RowKey, Existing> read(Connection connection, Collection<RowKey> keys) throws SQLException {
        String statement = sql("SELECT " + RecordRows.COLUMNS + ", {now} FROM {operation} WHERE id IN ");
        return in(connection, statement, "", keys, RecordRows::readAll);
    }

    @Override
    Map<RowKey, Optional<Existing>> readShort(Connection connection, Collection<RowKey> keys) throws SQLException {
        String statement = sql("SELECT " + RecordRows.SHORT_COLUMNS + " FROM {operation} WHERE id IN ");
        return in(connection, statement, "", keys, RecordRows::readShort);
    }

    private Map<RowKey, RecordRows.TokenAndState> stamps(Connection connection, Collection<RowKey> keys)
            throws SQLException {
        String statement = sql("SELECT " + RecordRows.TokenAndState.COLUMNS + " FROM {operation} WHERE id IN ");
        return in(connection, statement, "", keys, RecordRows.TokenAndState::readAll);
    }

    @Override
    Map<RowKey, Watched> watch(Connection connection, Collection<RowKey> keys) throws SQLException {
        Map<RowKey, Watched> watched = new HashMap<>();
        stamps(connection, keys).forEach((key, stamp) -> watched.put(key, new Watched(stamp, false)));
        return watched;
    }

    @FunctionalInterface
    private interface Reader<R> {
        Map<RowKey, R> read(ResultSet rows) throws SQLException;
    }

    private static <R> Map<RowKey, R> in(
            Connection connection, String statement, String end, Collection<RowKey> keys, Reader<R> reader)
            throws SQLException {
        if (keys.isEmpty()) {
            return Map.of();
        }
        try (PreparedStatement prepared = connection.prepareStatement(statement + places(keys) + end)) {
            fill(prepared, keys);
            try (ResultSet rows = prepared.executeQuery()) {
                return reader.read(rows);
            }
        }
    }

    /** As many places as the next power of two, so that there are few different statements to prepare. */
    private static String places(Collection<RowKey> keys) {
        return "(?" + ", ?".repeat(Integer.highestOneBit(2 * keys.size() - 1) - 1) + ")";
    }

    /** Fills the places, those left over with the last key once more. */
    private static void fill(PreparedStatement prepared, Collection<RowKey> keys) throws SQLException {
        int places = Integer.highestOneBit(2 * keys.size() - 1);
        int place = 0;
        byte[] last = new byte[RowKey.LENGTH];
        for (RowKey key : keys) {
            last = key.bytes();
            prepared.setBytes(++place, last);
        }
        while (place < places) {
            prepared.setBytes(++place, last);
        }
    }

    @Override
    Written write(Connection connection, Batch batch) throws SQLException {
        return freshly(connection, open -> {
            long token = batch.claims().isEmpty()
                    ? 0
                    : reserveTokens(open, batch.claims().size());
            Batch there = lockInOrder(open, batch);
            token = insert(open, there.inserts(), token);
            replace(open, there.replacements(), token);
            renew(open, there.endings(LeaseWrite.Renew.class));
            complete(open, there.endings(LeaseWrite.Complete.class));
            release(open, there.endings(LeaseWrite.Release.class));
            park(open, there.endings(LeaseWrite.Park.class));
            return new Written(read(open, batch.claimedKeys()), stamps(open, batch.endedKeys()));
        });
    }

    /**
     * Locks what a batch will write, in the order of the keys: the statements that follow are ordered by what they do first,
     * and two batches in two orders would wait for each other.
     *
     * @return the batch without changes of records that are not there: one that comes to be meanwhile is not locked in order
     */
    private Batch lockInOrder(Connection connection, Batch batch) throws SQLException {
        if (lockInOrder().isEmpty() || batch.kinds() < 2) {
            return batch;
        }
        List<RowKey> keys = Stream.concat(batch.claimedKeys().stream(), batch.endedKeys().stream())
                .sorted()
                .toList();
        String statement = sql("SELECT " + RecordRows.TokenAndState.COLUMNS + " FROM {operation} WHERE id IN ");
        return batch.among(in(connection, statement, lockInOrder(), keys, RecordRows.TokenAndState::readAll)
                .keySet());
    }

    @Override
    Held claim(Connection connection, RowKey key) throws SQLException, BusyException {
        String home = null;
        boolean locked = true;
        try {
            home = lock(connection, key);
        } catch (SQLException e) {
            if (!isLocked(e)) {
                throw e;
            }
            locked = false;
        }
        return claimed(connection, key, new Held(read(connection, List.of(key)), home), locked);
    }

    /** A statement that these refuse leaves its transaction as it was, so that a smaller record can still be written. */
    @Override
    final void record(
            Connection connection, OperationId id, RequestFingerprint fingerprint, Response response, long retention)
            throws SQLException {
        for (Response tried = response; ; ) {
            try {
                super.record(connection, id, fingerprint, tried, retention);
                return;
            } catch (SQLException e) {
                Response smaller = Faults.kind(e) == Faults.Kind.OTHER ? Room.reduced(tried) : null;
                if (smaller == null) {
                    throw e;
                }
                tried = smaller;
            }
        }
    }

    /**
     * Finds without locks, and deletes in the order in which batches lock: by way of the expiry or the state it would be another
     * one, and the sums keep a planner from taking an index of theirs.
     */
    @Override
    int purge(Connection connection, int limit) throws SQLException {
        return freshly(connection, open -> {
            List<RowKey> expired = expired(open, limit);
            if (expired.isEmpty()) {
                return 0;
            }
            try (PreparedStatement delete = open.prepareStatement(deletion(expired))) {
                fill(delete, expired);
                return delete.executeUpdate();
            }
        });
    }

    /** Deletes those of the keys whose records have expired. */
    final String deletion(Collection<RowKey> keys) {
        return sql("DELETE FROM {operation} WHERE id IN " + places(keys)
                + " AND state + 0 = 2 AND expires_at + 0 <= {now}");
    }

    private List<RowKey> expired(Connection connection, int limit) throws SQLException {
        String query = sql(
                "SELECT id FROM {operation} WHERE state = 2 AND expires_at <= {now} ORDER BY expires_at " + first());
        try (PreparedStatement select = connection.prepareStatement(query)) {
            select.setInt(1, limit);
            List<RowKey> keys = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    keys.add(RowKey.of(rows.getBytes(1)));
                }
            }
            keys.sort(Comparator.naturalOrder());
            return keys;
        }
    }

    @Override
    final long nextToken(Connection connection) throws SQLException {
        return reserveTokens(connection, 1);
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

    private long insert(Connection connection, List<PendingClaim> claims, long firstToken) throws SQLException {
        String statement = sql(insertUnlessThere(
                "id, idempotency_key, principal, route, fingerprint_version, fingerprint, token, lease_end, owner_node, "
                        + "owner_claim, state, attempt, created_at",
                "?, ?, ?, ?, ?, ?, ?, {now} + ?, ?, ?, 1, 1, {now}"));
        long token = firstToken;
        List<Places.Values> rows = new ArrayList<>();
        for (PendingClaim one : claims) {
            Claim claim = one.claim();
            long next = token++;
            rows.add(values -> values.add(one.key())
                    .add(claim.id().key().value())
                    .add(claim.id().scope().principal())
                    .add(claim.id().scope().route())
                    .add(claim.fingerprint().version())
                    .add(claim.fingerprint().digest())
                    .add(next)
                    .add(RecordRows.micros(claim.lease()))
                    .add(claim.owner().node())
                    .add(claim.owner().claim()));
        }
        Places.send(connection, statement, rows);
        return token;
    }

    private void replace(Connection connection, List<PendingClaim> claims, long firstToken) throws SQLException {
        // MySQL assigns from left to right, and later assignments see the earlier ones: the state comes last.
        String statement = sql("UPDATE {operation} SET attempt = CASE WHEN state = 2 THEN 1 ELSE attempt + 1 END, "
                + "created_at = CASE WHEN state = 2 THEN {now} ELSE created_at END, ended_at = NULL, "
                + "expires_at = NULL, status = NULL, headers = NULL, trailers = NULL, body = NULL, reason = NULL, "
                + "operation_type = NULL, token = ?, fingerprint_version = ?, fingerprint = ?, lease_end = {now} + ?, owner_node = ?, "
                + "owner_claim = ?, state = 1 WHERE id = ? AND ((state = 2 AND expires_at <= {now}) OR (token = ? "
                + "AND (state = 3 OR (state = 1 AND lease_end <= {now} AND operation_type IS NULL))))");
        long token = firstToken;
        List<Places.Values> rows = new ArrayList<>();
        for (PendingClaim one : claims) {
            Claim claim = one.claim();
            long next = token++;
            rows.add(values -> values.add(next)
                    .add(claim.fingerprint().version())
                    .add(claim.fingerprint().digest())
                    .add(RecordRows.micros(claim.lease()))
                    .add(claim.owner().node())
                    .add(claim.owner().claim())
                    .add(one.key())
                    .add(claim.takeOverFrom().value()));
        }
        Places.send(connection, statement, rows);
    }

    private void renew(Connection connection, List<Batch.Keyed<LeaseWrite.Renew>> writes) throws SQLException {
        String statement = sql("UPDATE {operation} SET lease_end = {now} + ? WHERE id = ? AND token = ? AND state = 1");
        List<Places.Values> rows = new ArrayList<>();
        for (Batch.Keyed<LeaseWrite.Renew> one : writes) {
            rows.add(values -> values.add(RecordRows.micros(one.write().lease().length()))
                    .add(one.key())
                    .add(one.write().lease().token().value()));
        }
        Places.send(connection, statement, rows);
    }

    private void complete(Connection connection, List<Batch.Keyed<LeaseWrite.Complete>> writes) throws SQLException {
        String statement = sql("UPDATE {operation} SET state = 2, ended_at = {now}, expires_at = {now} + ?, "
                + "status = ?, headers = ?, trailers = ?, body = ? WHERE id = ? AND token = ? AND state <> 2");
        List<Places.Values> rows = new ArrayList<>();
        for (Batch.Keyed<LeaseWrite.Complete> one : writes) {
            Response response = fit(one.write().response());
            rows.add(values -> values.add(RecordRows.micros(one.write().retention()))
                    .add(response)
                    .add(one.key())
                    .add(one.write().lease().token().value()));
        }
        Places.send(connection, statement, rows);
    }

    private void release(Connection connection, List<Batch.Keyed<LeaseWrite.Release>> writes) throws SQLException {
        String statement = sql("DELETE FROM {operation} WHERE id = ? AND token = ? AND state <> 2");
        List<Places.Values> rows = new ArrayList<>();
        for (Batch.Keyed<LeaseWrite.Release> one : writes) {
            rows.add(values ->
                    values.add(one.key()).add(one.write().lease().token().value()));
        }
        Places.send(connection, statement, rows);
    }

    private void park(Connection connection, List<Batch.Keyed<LeaseWrite.Park>> writes) throws SQLException {
        String statement = sql("UPDATE {operation} SET state = 3, ended_at = {now}, lease_end = {now}, reason = ? "
                + "WHERE id = ? AND token = ? AND state = 1");
        List<Places.Values> rows = new ArrayList<>();
        for (Batch.Keyed<LeaseWrite.Park> one : writes) {
            rows.add(values -> values.add(reason(one.write().reason()))
                    .add(one.key())
                    .add(one.write().lease().token().value()));
        }
        Places.send(connection, statement, rows);
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
}
