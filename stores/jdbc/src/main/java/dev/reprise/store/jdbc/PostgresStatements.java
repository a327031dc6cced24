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
import java.util.List;
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
    /** Keeps the locks of claims in batches apart from those of transactions. */
    private static final long BATCH_LOCKS = 0x5265707269736531L;

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

    /** What ends of operations that are waited for are told on. */
    static String channel(TableName table) {
        return "reprise_" + Integer.toHexString(table.object("").hashCode());
    }

    @Override
    Map<RowKey, Existing> read(Connection connection, Collection<RowKey> keys) throws SQLException {
        Map<RowKey, Existing> found = new LinkedHashMap<>();
        Script script = new Script();
        addRead(script, keys, found);
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

    private void addRead(Script script, Collection<RowKey> keys, Map<RowKey, Existing> found) {
        script.query(
                eachByIndex(RecordRows.COLUMNS + ", {now}"),
                rows -> found.putAll(RecordRows.readAll(rows)),
                Columns.keys(keys));
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
        addLocks(script, batch);
        addInserts(script, batch.inserts(), written);
        addReplacements(script, batch.replacements(), written);
        addRenewals(script, batch.endings(LeaseWrite.Renew.class), stamps(written, unknown));
        addCompletions(script, batch.endings(LeaseWrite.Complete.class), stamps(written, unknown));
        addReleases(script, batch.endings(LeaseWrite.Release.class), rows -> {
            while (rows.next()) {
                unknown.remove(RowKey.of(rows.getBytes(1)));
            }
        });
        addParkings(script, batch.endings(LeaseWrite.Park.class), stamps(written, unknown));
        script.update("COMMIT");
        script.run(connection);
        lookAfterwards(connection, batch, written, unknown);
        return written;
    }

    private static Script.Reader stamps(Written written, Set<RowKey> unknown) {
        return rows -> {
            Map<RowKey, RecordRows.TokenAndState> stamps = RecordRows.TokenAndState.readAll(rows);
            written.ended().putAll(stamps);
            unknown.removeAll(stamps.keySet());
        };
    }

    /** A second round trip, for claims that met a record and endings that met none of theirs: lost, or made before. */
    private void lookAfterwards(Connection connection, Batch batch, Written written, Set<RowKey> unknownEnds)
            throws SQLException {
        List<RowKey> unknownClaims = batch.claimedKeys().stream()
                .filter(key -> !written.claimed().containsKey(key))
                .toList();
        if (unknownClaims.isEmpty() && unknownEnds.isEmpty()) {
            return;
        }
        Script script = new Script();
        addRead(script, unknownClaims, written.claimed());
        script.query(
                eachByIndex(RecordRows.TokenAndState.COLUMNS),
                rows -> written.ended().putAll(RecordRows.TokenAndState.readAll(rows)),
                Columns.keys(unknownEnds));
        script.run(connection);
    }

    /**
     * The statements of a batch are ordered by what they do, and two batches in two orders would wait for each other. So all
     * locks are taken first, in one order. They are advisory ones: a lock on a row is written to it.
     */
    private static void addLocks(Script script, Batch batch) {
        script.query(
                "SELECT count(pg_advisory_xact_lock(k)) FROM unnest(?) AS k",
                rows -> {},
                Columns.numbers(Stream.concat(batch.claimedKeys().stream(), batch.endedKeys().stream())
                        .map(key -> key.number() ^ BATCH_LOCKS)
                        .sorted()));
    }

    private void addInserts(Script script, List<PendingClaim> claims, Written written) {
        if (claims.isEmpty()) {
            return;
        }
        script.query(
                sql("INSERT INTO {operation} (id, idempotency_key, principal, route, state, fingerprint_version, "
                        + "fingerprint, token, attempt, created_at, lease_end, owner_node, owner_claim) "
                        + "SELECT c.id, c.idempotency_key, c.principal, c.route, 1, c.version, c.fingerprint, "
                        + "nextval('{token}'), 1, {now}, {now} + c.lease, c.node, c.claim "
                        + "FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?) AS c (id, idempotency_key, principal, route, version, "
                        + "fingerprint, lease, node, claim) ON CONFLICT (id) DO NOTHING RETURNING " + RecordRows.COLUMNS
                        + ", {now}"),
                rows -> written.claimed().putAll(RecordRows.readAll(rows)),
                Columns.bytes(claims.stream().map(one -> one.key().bytes())),
                Columns.texts(claims.stream().map(one -> one.claim().id().key().value())),
                Columns.texts(
                        claims.stream().map(one -> one.claim().id().scope().principal())),
                Columns.texts(
                        claims.stream().map(one -> one.claim().id().scope().route())),
                Columns.numbers(claims.stream()
                        .map(one -> (long) one.claim().fingerprint().version())),
                Columns.bytes(
                        claims.stream().map(one -> one.claim().fingerprint().digest())),
                Columns.numbers(
                        claims.stream().map(one -> RecordRows.micros(one.claim().lease()))),
                Columns.texts(claims.stream().map(one -> one.claim().owner().node())),
                Columns.numbers(claims.stream().map(one -> one.claim().owner().claim())));
    }

    private void addReplacements(Script script, List<PendingClaim> claims, Written written) {
        if (claims.isEmpty()) {
            return;
        }
        script.query(
                sql("UPDATE {operation} AS o SET token = nextval('{token}'), "
                        + "attempt = CASE WHEN state = 2 THEN 1 ELSE attempt + 1 END, "
                        + "created_at = CASE WHEN state = 2 THEN {now} ELSE created_at END, "
                        + "state = 1, fingerprint_version = c.version, fingerprint = c.fingerprint, "
                        + "lease_end = {now} + c.lease, owner_node = c.node, owner_claim = c.claim, awaited = false, "
                        + "ended_at = NULL, expires_at = NULL, status = NULL, headers = NULL, trailers = NULL, "
                        + "body = NULL, reason = NULL, operation_type = NULL "
                        + "FROM unnest(?, ?, ?, ?, ?, ?, ?) AS c (id, version, fingerprint, lease, node, claim, former) "
                        + "WHERE o.id = c.id AND (state = 2 AND expires_at <= {now} OR token = c.former "
                        + "AND (state = 3 OR state = 1 AND lease_end <= {now} AND operation_type IS NULL)) RETURNING "
                        + RecordRows.COLUMNS.replaceAll("\\w+", "o.$0") + ", {now}"),
                rows -> written.claimed().putAll(RecordRows.readAll(rows)),
                Columns.bytes(claims.stream().map(one -> one.key().bytes())),
                Columns.numbers(claims.stream()
                        .map(one -> (long) one.claim().fingerprint().version())),
                Columns.bytes(
                        claims.stream().map(one -> one.claim().fingerprint().digest())),
                Columns.numbers(
                        claims.stream().map(one -> RecordRows.micros(one.claim().lease()))),
                Columns.texts(claims.stream().map(one -> one.claim().owner().node())),
                Columns.numbers(claims.stream().map(one -> one.claim().owner().claim())),
                Columns.numbers(
                        claims.stream().map(one -> one.claim().takeOverFrom().value())));
    }

    private void addRenewals(Script script, List<Batch.Keyed<LeaseWrite.Renew>> writes, Script.Reader reader) {
        if (!writes.isEmpty()) {
            script.query(
                    sql("UPDATE {operation} AS o SET lease_end = {now} + c.lease FROM unnest(?, ?, ?) AS c (id, token, "
                            + "lease) WHERE o.id = c.id AND o.token = c.token AND o.state = 1 "
                            + "RETURNING o.id, o.token, o.state"),
                    reader,
                    keys(writes),
                    tokens(writes),
                    Columns.numbers(writes.stream()
                            .map(one -> RecordRows.micros(one.write().lease().length()))));
        }
    }

    private void addCompletions(Script script, List<Batch.Keyed<LeaseWrite.Complete>> writes, Script.Reader reader) {
        if (!writes.isEmpty()) {
            List<Response> responses =
                    writes.stream().map(one -> fit(one.write().response())).toList();
            script.query(
                    telling(
                            "UPDATE {operation} AS o SET state = 2, ended_at = {now}, expires_at = {now} + c.retention, "
                                    + "status = c.status, headers = c.headers, trailers = c.trailers, body = c.body "
                                    + "FROM unnest(?, ?, ?, ?, ?, ?, ?) AS c (id, token, retention, status, headers, trailers, "
                                    + "body) WHERE o.id = c.id AND o.token = c.token AND o.state <> 2"),
                    reader,
                    keys(writes),
                    tokens(writes),
                    Columns.numbers(writes.stream()
                            .map(one -> RecordRows.micros(one.write().retention()))),
                    Columns.numbers(responses.stream().map(response -> (long) response.status())),
                    Columns.texts(responses.stream().map(response -> HeaderText.of(response.headers()))),
                    Columns.texts(responses.stream().map(response -> HeaderText.of(response.trailers()))),
                    Columns.bytes(responses.stream()
                            .map(response -> response.body().isOmitted()
                                    ? null
                                    : response.body().bytes())));
        }
    }

    private void addReleases(Script script, List<Batch.Keyed<LeaseWrite.Release>> writes, Script.Reader reader) {
        if (!writes.isEmpty()) {
            script.query(
                    telling("DELETE FROM {operation} AS o USING unnest(?, ?) AS c (id, token) "
                            + "WHERE o.id = c.id AND o.token = c.token AND o.state <> 2"),
                    reader,
                    keys(writes),
                    tokens(writes));
        }
    }

    private void addParkings(Script script, List<Batch.Keyed<LeaseWrite.Park>> writes, Script.Reader reader) {
        if (!writes.isEmpty()) {
            script.query(
                    telling(
                            "UPDATE {operation} AS o SET state = 3, ended_at = {now}, lease_end = {now}, reason = c.reason "
                                    + "FROM unnest(?, ?, ?) AS c (id, token, reason) "
                                    + "WHERE o.id = c.id AND o.token = c.token AND o.state = 1"),
                    reader,
                    keys(writes),
                    tokens(writes),
                    Columns.texts(writes.stream()
                            .map(one -> PlainStatements.reason(one.write().reason()))));
        }
    }

    /** A write that ends operations, and tells those who listen about the ones that somebody waits for. */
    private String telling(String write) {
        return sql("WITH ended AS (" + write + " RETURNING o.id, o.token, o.state, o.awaited) SELECT id, token, state, "
                + "CASE WHEN awaited THEN pg_notify('" + channel + "', encode(id, 'hex')) END FROM ended");
    }

    private static Columns keys(List<? extends Batch.Keyed<?>> writes) {
        return Columns.bytes(writes.stream().map(one -> one.key().bytes()));
    }

    private static Columns tokens(List<? extends Batch.Keyed<?>> writes) {
        return Columns.numbers(
                writes.stream().map(one -> one.write().lease().token().value()));
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

    @Override
    int purge(Connection connection, int limit) throws SQLException {
        Script script = new Script();
        // What a crash undeletes is deleted again, and nobody waits for this.
        script.update("SET LOCAL synchronous_commit = off");
        byIndexOnly(script);
        int[] deleted = new int[1];
        script.query(
                sql(
                        "WITH expired AS MATERIALIZED (SELECT id FROM {operation} WHERE state = 2 AND expires_at <= {now} "
                                + "ORDER BY expires_at LIMIT " + limit
                                + " FOR UPDATE SKIP LOCKED), gone AS (DELETE FROM "
                                + "{operation} AS o USING expired WHERE o.id = expired.id RETURNING 1) SELECT count(*) FROM gone"),
                rows -> {
                    rows.next();
                    deleted[0] = rows.getInt(1);
                });
        script.update("COMMIT");
        script.run(connection);
        return deleted[0];
    }
}
