package dev.reprise.store.jdbc;

import dev.reprise.OperationId;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition.Existing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * PostgreSQL from 14. A batch is one message of a few statements on arrays, COMMIT included, so it takes one round trip.
 *
 * <p>What was written answers for itself. What was not is looked at after the commit, by a statement with a younger snapshot.
 * Tokens come from a sequence. A claim first takes a lock on its operation until the end of this short transaction, so
 * that the tokens of one operation are drawn in the order in which its owners come.
 */
final class PostgresStatements extends Statements {
    /** The time at which the server received the statement, at the same value all through it. */
    private static final String NOW = "(extract(epoch FROM statement_timestamp()) * 1000000)::bigint";

    /** Before the expiry of every record. */
    private static final long BEGINNING = Long.MIN_VALUE;

    /** Where the next purge begins: a hint, which need not be right. */
    private volatile long purgedUntil = BEGINNING;

    private final String channel;
    private final Set<String> tables;
    private final String claim;
    private final String recordAndCommit;

    /** @param home has the names of the table and its partitions */
    PostgresStatements(TableName table, Home home) {
        super(table, NOW, Room.WIDE);
        this.channel = channel(table);
        this.tables = home.tables();
        this.claim = sql("SELECT pg_try_advisory_xact_lock(?), " + PostgresTables.HOME + "; SELECT "
                + RecordRows.COLUMNS + ", {now} FROM {operation} WHERE id = ?");
        this.recordAndCommit = insertFinished() + "; COMMIT";
    }

    /** Where the ends of operations are announced that somebody waits for. */
    static String channel(TableName table) {
        return "reprise_" + Integer.toHexString(table.object("").hashCode());
    }

    @Override
    Map<RowKey, Existing> read(Connection connection, Collection<RowKey> keys) throws SQLException {
        Map<RowKey, Existing> found = new LinkedHashMap<>();
        Script script = new Script();
        script.query(
                eachByIndex(RecordRows.COLUMNS + ", {now}"),
                rows -> found.putAll(RecordRows.readAll(rows)),
                Columns.keys(keys));
        script.run(connection);
        return found;
    }

    @Override
    Map<RowKey, Optional<Existing>> readShort(Connection connection, Collection<RowKey> keys) throws SQLException {
        Map<RowKey, Optional<Existing>> found = new LinkedHashMap<>();
        Script script = new Script();
        script.query(
                eachByIndex(RecordRows.SHORT_COLUMNS),
                rows -> found.putAll(RecordRows.readShort(rows)),
                Columns.keys(keys));
        script.run(connection);
        return found;
    }

    /**
     * Looks up each key by itself. A plan for all at once may be one that reads the whole table, if it was made when the
     * table was new and empty, and the server keeps plans until it next gathers statistics.
     */
    private String eachByIndex(String columns) {
        return sql("SELECT o.* FROM unnest(?) AS k (id) CROSS JOIN LATERAL (SELECT " + columns
                + " FROM {operation} WHERE id = k.id LIMIT 1) AS o");
    }

    /** For statements that join: the same trouble, for the length of a transaction. */
    private static void byIndexOnly(Script script) {
        script.update("SET LOCAL enable_seqscan = off");
    }

    @Override
    Map<RowKey, Watched> watch(Connection connection, Collection<RowKey> keys) throws SQLException {
        Map<RowKey, Watched> watched = new HashMap<>();
        Script script = new Script();
        byIndexOnly(script);
        // Rows that somebody is writing are left alone: waiting for them could end in a circle.
        script.update(
                sql("UPDATE {operation} SET awaited = true WHERE id IN (SELECT id FROM {operation} WHERE id = ANY (?) "
                        + "AND state = 1 AND NOT awaited FOR UPDATE SKIP LOCKED)"),
                Columns.keys(keys));
        script.query(
                eachByIndex(RecordRows.TokenAndState.COLUMNS + ", awaited"),
                rows -> {
                    while (rows.next()) {
                        watched.put(
                                RowKey.of(rows.getBytes(1)),
                                new Watched(RecordRows.TokenAndState.read(rows), rows.getBoolean(4)));
                    }
                },
                Columns.keys(keys));
        script.update("COMMIT");
        script.run(connection);
        return watched;
    }

    @Override
    Written write(Connection connection, Batch batch) throws SQLException {
        Written written = new Written(new HashMap<>(), new HashMap<>());
        Set<RowKey> unknown = new HashSet<>(batch.endedKeys());
        Script script = new Script();
        script.update(FRESH);
        byIndexOnly(script);
        PostgresWrites writes = new PostgresWrites(this, channel, script);
        writes.lock(batch);
        writes.insert(batch.inserts(), written);
        writes.replace(batch.replacements(), written);
        writes.renew(batch.endings(LeaseWrite.Renew.class), stamps(written, unknown));
        writes.complete(batch.endings(LeaseWrite.Complete.class), stamps(written, unknown));
        writes.release(batch.endings(LeaseWrite.Release.class), rows -> {
            while (rows.next()) {
                unknown.remove(RowKey.of(rows.getBytes(1)));
            }
        });
        writes.park(batch.endings(LeaseWrite.Park.class), stamps(written, unknown));
        script.update("COMMIT");
        script.run(connection);
        lookAfterwards(connection, written, unknown);
        return written;
    }

    private static Script.Reader stamps(Written written, Set<RowKey> unknown) {
        return rows -> {
            Map<RowKey, RecordRows.TokenAndState> stamps = RecordRows.TokenAndState.readAll(rows);
            written.ended().putAll(stamps);
            unknown.removeAll(stamps.keySet());
        };
    }

    /** A second round trip, for endings that met none of theirs: lost, or made before. */
    private void lookAfterwards(Connection connection, Written written, Set<RowKey> unknownEnds) throws SQLException {
        if (!unknownEnds.isEmpty()) {
            Script script = new Script();
            script.query(
                    eachByIndex(RecordRows.TokenAndState.COLUMNS),
                    rows -> written.ended().putAll(RecordRows.TokenAndState.readAll(rows)),
                    Columns.keys(unknownEnds));
            script.run(connection);
        }
    }

    /** What it inserts answers it, and what it meets the next look. */
    @Override
    boolean claimsUnseen() {
        return true;
    }

    /**
     * The lock and the read of the record are two statements, so that the second one's snapshot is younger than the lock.
     */
    @Override
    Held claim(Connection connection, RowKey key) throws SQLException, BusyException {
        boolean locked;
        Held held;
        try (PreparedStatement prepared = connection.prepareStatement(claim)) {
            Script.allRows(prepared);
            prepared.setLong(1, key.number());
            prepared.setBytes(2, key.bytes());
            prepared.execute();
            String home;
            try (ResultSet lock = prepared.getResultSet()) {
                locked = lock.next() && lock.getBoolean(1);
                home = lock.getString(2);
            }
            prepared.getMoreResults();
            try (ResultSet rows = prepared.getResultSet()) {
                held = new Held(RecordRows.readAll(rows), home);
            }
        }
        return claimed(connection, key, held, locked);
    }

    @Override
    <R> R freshly(Connection connection, ShortConnections.Work<R> work) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(FRESH);
        }
        return work.on(connection);
    }

    @Override
    long nextToken(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql("SELECT " + drawnToken()))) {
            return Long.parseLong(value(select));
        }
    }

    @Override
    String drawnToken() {
        return "nextval('{token}')";
    }

    @Override
    boolean takesSeveral() {
        return true;
    }

    @Override
    Home home(Connection connection) throws SQLException {
        return PostgresTables.home(connection, table());
    }

    /** By what the server says of it: the insert and the commit are one message, and the business may have such keys too. */
    @Override
    boolean isRecorded(SQLException failure) {
        return PostgresTables.isUniqueViolation(failure, tables);
    }

    /** It does when it answers at all. */
    @Override
    boolean hasRolledBack(SQLException failure) {
        return PostgresTables.said(failure) != null;
    }

    /** The commit is reached only if the insert succeeded, and the driver sees that the transaction has ended. */
    @Override
    void recordAndCommit(
            Connection connection, OperationId id, RequestFingerprint fingerprint, Response response, long retention)
            throws SQLException {
        insert(connection, recordAndCommit, id, fingerprint, response, retention);
    }

    @Override
    boolean commitsWithRecord() {
        return true;
    }

    /**
     * Goes on where the last purge stopped, because the index keeps what was deleted until the next vacuum, and to walk over that
     * again and again soon takes longer than to delete. Comes back to the beginning for what was committed late.
     */
    @Override
    int purge(Connection connection, int limit) throws SQLException {
        long from = purgedUntil;
        int deleted = purge(connection, from, limit);
        if (deleted == limit || from == BEGINNING) {
            return deleted;
        }
        purgedUntil = BEGINNING;
        return deleted + purge(connection, BEGINNING, limit - deleted);
    }

    private int purge(Connection connection, long from, int limit) throws SQLException {
        Script script = new Script();
        // What a crash undeletes is deleted again, and nobody waits for this.
        script.update("SET LOCAL synchronous_commit = off");
        byIndexOnly(script);
        int[] deleted = new int[1];
        long[] until = new long[1];
        script.query(
                // By the place of the row, which spares a look into the index of keys.
                sql("WITH expired AS MATERIALIZED (SELECT ctid, id, expires_at FROM {operation} WHERE state = 2 AND "
                        + "expires_at >= (?)[1] AND expires_at <= {now} ORDER BY expires_at LIMIT " + limit
                        + " FOR UPDATE SKIP LOCKED), gone AS (DELETE FROM {operation} AS o USING expired "
                        + "WHERE o.ctid = expired.ctid AND o.id = expired.id RETURNING expired.expires_at) "
                        + "SELECT count(*), max(expires_at) FROM gone"),
                rows -> {
                    rows.next();
                    deleted[0] = rows.getInt(1);
                    until[0] = rows.getLong(2);
                },
                Columns.numbers(Stream.of(from)));
        script.update("COMMIT");
        script.run(connection);
        if (deleted[0] == limit) {
            purgedUntil = until[0];
        }
        return deleted[0];
    }
}
