package dev.reprise.store.jdbc;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.OperationQuery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The statements of a product on one table. Immutable and thread-safe. */
abstract class Statements {
    /** The keys that a query of records asks for: {@link #within} fills it in. */
    static final String WITHIN = " AND id >= ? AND id <= ? AND id > ?";

    static final String NOT_EXPIRED = " AND NOT (state = 2 AND expires_at <= {now})";

    /** What makes a statement see whatever was committed before it, if it comes first in a transaction. */
    static final String FRESH = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";

    private final TableName table;
    private final String now;
    private final Room room;
    private final Map<String, String> filled = new ConcurrentHashMap<>();
    private final String insertFinished;

    /**
     * @param now an expression for the time of the database in microseconds, the same all through a statement
     * @param room how much of a response it takes
     */
    Statements(TableName table, String now, Room room) {
        this.table = table;
        this.now = now;
        this.room = room;
        this.insertFinished =
                sql("INSERT INTO {operation} (id, idempotency_key, principal, route, fingerprint_version, "
                        + "fingerprint, expires_at, status, headers, trailers, body, state, token, attempt, created_at, ended_at) "
                        + "VALUES (?, ?, ?, ?, ?, ?, {now} + ?, ?, ?, ?, ?, 2, 0, 1, {now}, {now})");
    }

    final TableName table() {
        return table;
    }

    /** Fills in the names of the objects and the time; once for each template, of which there are only so many. */
    final String sql(String template) {
        return filled.computeIfAbsent(template, this::fill);
    }

    private String fill(String template) {
        return template.replace("{operation}", table.object(""))
                .replace("{meta}", table.object("_meta"))
                .replace("{lock}", table.object("_lock"))
                .replace("{token}", table.object("_token"))
                .replace("{step}", table.object("_step"))
                .replace("{pause}", table.object("_pause"))
                .replace("{audit}", table.object("_audit"))
                .replace("{now}", now);
    }

    /** What came of a batch: what is there after everything was written, as far as that is known. */
    record Written(Map<RowKey, Existing> claimed, Map<RowKey, RecordRows.TokenAndState> ended) {}

    /** Whether an operation runs, and whether listeners will hear of its end. */
    record Watched(RecordRows.TokenAndState stamp, boolean notifies) {}

    /** What is there, expired records included. */
    abstract Map<RowKey, Existing> read(Connection connection, Collection<RowKey> keys) throws SQLException;

    /** The same, with nothing in place of a record whose body is longer than {@link RecordRows#SHORT}. */
    abstract Map<RowKey, Optional<Existing>> readShort(Connection connection, Collection<RowKey> keys)
            throws SQLException;

    /**
     * When a step is recorded, so many microseconds after now as the place says: later than every other step of the operation.
     * That is so by itself where the clock is finer than a statement is fast.
     *
     * @param operation where the key of the operation is found in the statement
     */
    String moment(String operation) {
        return "{now} + ?";
    }

    /** Writes a batch in the connection's transaction, which is committed afterwards at the latest. */
    abstract Written write(Connection connection, Batch batch) throws SQLException;

    /**
     * Whether a claim may be written without a look at what is there. What it then meets is left out of {@link Written}, and
     * not read, since its body may be long.
     */
    boolean claimsUnseen() {
        return false;
    }

    /** Asks in a transaction to be notified of the end of operations, where that is possible, and then how they stand. */
    abstract Map<RowKey, Watched> watch(Connection connection, Collection<RowKey> keys) throws SQLException;

    /** Deletes expired records, and returns how many. */
    abstract int purge(Connection connection, int limit) throws SQLException;

    /**
     * What a claim found.
     *
     * @param found what is there, expired or not; nothing if there is no record
     * @param home the {@linkplain Home#id id} of where it looked, null if it is not known
     */
    record Held(Map<RowKey, Existing> found, @Nullable String home) {}

    /**
     * Holds the operation until the end of the transaction, without waiting for another one that does.
     *
     * @throws BusyException if another transaction holds it
     */
    abstract Held claim(Connection connection, RowKey key) throws SQLException, BusyException;

    /** Where the connection's records are. */
    abstract Home home(Connection connection) throws SQLException;

    /**
     * Does what begins a transaction so that each of its statements sees what was committed before it, whatever the level of
     * isolation that the pool has set.
     */
    abstract <R> R freshly(Connection connection, ShortConnections.Work<R> work) throws SQLException;

    /** A fencing token that is greater than all before, drawn while the operation is locked that it is for. */
    abstract long nextToken(Connection connection) throws SQLException;

    /** An expression for {@link #nextToken}, where there is one; empty otherwise. */
    String drawnToken() {
        return "";
    }

    /** Whether several statements may be sent in one message. */
    boolean takesSeveral() {
        return false;
    }

    /** Becomes the one transaction that writes, where there is but one at a time. */
    void becomeWriter(Connection connection) throws SQLException {}

    /** What the end of a query says to lock its rows, and to leave out those that somebody else has locked. */
    String lockingFree() {
        return " FOR UPDATE SKIP LOCKED";
    }

    /** Whether it was the primary key of the records that refused a transaction's record. */
    abstract boolean isRecorded(SQLException failure);

    /** Whether the database has said that it rolled back, when it answers a commit with the given error. */
    abstract boolean hasRolledBack(SQLException failure);

    /** Another transaction holds the operation. Caught where {@link #claim} is called. */
    static final class BusyException extends Exception {
        private static final long serialVersionUID = 1;

        BusyException() {
            super("Another transaction holds the operation", null, false, false);
        }
    }

    /** What a claim comes to, by what was read after the attempt to lock. */
    final Held claimed(Connection connection, RowKey key, Held held, boolean locked)
            throws SQLException, BusyException {
        Map<RowKey, Existing> found = held.found();
        Existing present = found.get(key);
        boolean expired = present != null && present.record().expiredAt(present.now());
        if (!locked && (present == null || expired)) {
            throw new BusyException();
        }
        if (!expired) {
            return held;
        }
        // Out of the way of the new record, and back if the transaction rolls back.
        try (PreparedStatement delete = connection.prepareStatement(
                sql("DELETE FROM {operation} WHERE id = ? AND state = 2 AND expires_at <= {now}"))) {
            delete.setBytes(1, key.bytes());
            delete.executeUpdate();
        }
        return new Held(Map.of(), held.home());
    }

    /** Inserts the finished record of an operation that this transaction has claimed. */
    void record(
            Connection connection, OperationId id, RequestFingerprint fingerprint, Response response, long retention)
            throws SQLException {
        insert(connection, insertFinished, id, fingerprint, response, retention);
    }

    /** The same, and commits where that needs no round trip of its own. */
    void recordAndCommit(
            Connection connection, OperationId id, RequestFingerprint fingerprint, Response response, long retention)
            throws SQLException {
        record(connection, id, fingerprint, response, retention);
    }

    /** Whether {@link #recordAndCommit} has committed when it returns, so that its failure may be one of the commit. */
    boolean commitsWithRecord() {
        return false;
    }

    /** @param statement begins with the insert of {@link #insertFinished}, and has no other parameters */
    final void insert(
            Connection connection,
            String statement,
            OperationId id,
            RequestFingerprint fingerprint,
            Response response,
            long retention)
            throws SQLException {
        Response kept = room.fit(response);
        try (PreparedStatement insert = connection.prepareStatement(statement)) {
            insert.setBytes(1, RowKey.of(id).bytes());
            insert.setString(2, id.key().value());
            insert.setString(3, id.scope().principal());
            insert.setString(4, id.scope().route());
            insert.setInt(5, fingerprint.version());
            insert.setBytes(6, fingerprint.digest());
            insert.setLong(7, retention);
            insert.setInt(8, kept.status());
            insert.setString(9, HeaderText.of(kept.headers()));
            insert.setString(10, HeaderText.of(kept.trailers()));
            if (kept.body().isOmitted()) {
                insert.setNull(11, Types.VARBINARY);
            } else {
                insert.setBytes(11, kept.body().bytes());
            }
            insert.execute();
        }
    }

    /** As much of a response as this database takes. */
    final Response fit(Response response) {
        return room.fit(response);
    }

    /** The one value of the one row of a query. */
    static String value(PreparedStatement select) throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            String value = rows.next() ? rows.getString(1) : null;
            return value == null ? "" : value;
        }
    }

    /** The insert of a finished record. */
    final String insertFinished() {
        return insertFinished;
    }

    /** Whether the operation is unknown under that token now, because it was abandoned or was unknown before. */
    final boolean parkAbandoned(Connection connection, RowKey key, FencingToken token, String reason)
            throws SQLException {
        try (PreparedStatement park = connection.prepareStatement(
                sql(
                        "UPDATE {operation} SET state = 3, ended_at = {now}, lease_end = {now}, reason = ? "
                                + "WHERE id = ? AND token = ? AND state = 1 AND lease_end <= {now} AND operation_type IS NULL"))) {
            park.setString(1, PlainStatements.reason(reason));
            park.setBytes(2, key.bytes());
            park.setLong(3, token.value());
            if (park.executeUpdate() > 0) {
                return true;
            }
        }
        try (PreparedStatement select = connection.prepareStatement(
                sql("SELECT 1 FROM {operation} WHERE id = ? AND token = ? AND state = 3"))) {
            select.setBytes(1, key.bytes());
            select.setLong(2, token.value());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** Takes the turn to find out what happened to an unknown operation, if nobody has it. Its end is in place of a lease's. */
    final boolean startReconciling(Connection connection, RowKey key, FencingToken token, long turn)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql("UPDATE {operation} SET lease_end = {now} + ? "
                + "WHERE id = ? AND token = ? AND state = 3 AND lease_end <= {now}"))) {
            update.setLong(1, turn);
            update.setBytes(2, key.bytes());
            update.setLong(3, token.value());
            return update.executeUpdate() > 0;
        }
    }

    /** Leaves of a finished operation's answer the status alone, and nothing of its input and its steps. */
    final boolean eraseAnswer(Connection connection, RowKey key, FencingToken token) throws SQLException {
        try (PreparedStatement erase = connection.prepareStatement(sql(
                "UPDATE {operation} SET headers = NULL, trailers = NULL, body = NULL, input = NULL, reason = NULL, last_error = NULL "
                        + "WHERE id = ? AND token = ? AND state = 2 AND expires_at > {now}"))) {
            erase.setBytes(1, key.bytes());
            erase.setLong(2, token.value());
            // Some drivers can be told not to count a row that was like that already.
            if (erase.executeUpdate() == 0 && !isFinished(connection, key, token)) {
                return false;
            }
        }
        try (PreparedStatement steps = connection.prepareStatement(sql("DELETE FROM {step} WHERE operation = ?"))) {
            steps.setBytes(1, key.bytes());
            steps.executeUpdate();
        }
        return true;
    }

    private boolean isFinished(Connection connection, RowKey key, FencingToken token) throws SQLException {
        try (PreparedStatement look = connection.prepareStatement(
                sql("SELECT 1 FROM {operation} WHERE id = ? AND token = ? AND state = 2 AND expires_at > {now}"))) {
            look.setBytes(1, key.bytes());
            look.setLong(2, token.value());
            try (ResultSet found = look.executeQuery()) {
                return found.next();
            }
        }
    }

    /** How a query says how many rows it wants at most, with a place for the number. */
    String first() {
        return "LIMIT ?";
    }

    /** Fills in what {@link #WITHIN} has places for. */
    static Places.Values within(OperationQuery query) {
        RowKey first = query.key() == null ? new RowKey(0, 0, 0) : RowKey.firstOf(query.key());
        RowKey last = query.key() == null ? new RowKey(-1, -1, -1) : RowKey.lastOf(query.key());
        OperationId behind = query.after();
        byte[] after = behind == null ? new byte[0] : RowKey.of(behind).bytes();
        return places -> places.add(first).add(last).add(after);
    }

    final List<Existing> list(Connection connection, OperationQuery query, Places.Values within) throws SQLException {
        String states = String.join(
                ", ",
                query.kinds().stream()
                        .map(kind -> Integer.toString(RecordRows.number(kind)))
                        .sorted()
                        .toList());
        String statement = sql("SELECT " + RecordRows.COLUMNS_WITHOUT_BODY + ", {now} FROM {operation} WHERE state IN ("
                + states + ")" + WITHIN + NOT_EXPIRED + " ORDER BY id " + first());
        try (PreparedStatement prepared = connection.prepareStatement(statement)) {
            within.into(new Places(prepared)).add(query.limit());
            try (ResultSet rows = prepared.executeQuery()) {
                return new ArrayList<>(RecordRows.readAll(rows).values());
            }
        }
    }
}
