package dev.reprise.store.jdbc;

import dev.reprise.Response;
import java.util.List;
import java.util.stream.Stream;

/** The statements that write a batch, added to its script: each takes the changes of one kind as arrays. */
final class PostgresWrites {
    /** Keeps the locks of claims in batches apart from those of transactions. */
    private static final long BATCH_LOCKS = 0x5265707269736531L;

    private final PostgresStatements statements;
    private final String channel;
    private final Script script;

    /** @param channel where the ends of operations are announced that somebody waits for */
    PostgresWrites(PostgresStatements statements, String channel, Script script) {
        this.statements = statements;
        this.channel = channel;
        this.script = script;
    }

    /**
     * The statements of a batch are ordered by what they do, and two batches in two orders would wait for each other. So all
     * locks are taken first, in one order. They are advisory ones: a lock on a row is written to it.
     */
    void lock(Batch batch) {
        script.query(
                "SELECT count(pg_advisory_xact_lock(k)) FROM unnest(?) AS k",
                rows -> {},
                Columns.numbers(Stream.concat(batch.claimedKeys().stream(), batch.endedKeys().stream())
                        .map(key -> key.number() ^ BATCH_LOCKS)
                        .sorted()));
    }

    void insert(List<PendingClaim> claims, Statements.Written written) {
        if (claims.isEmpty()) {
            return;
        }
        script.query(
                statements.sql(
                        "INSERT INTO {operation} (id, idempotency_key, principal, route, state, fingerprint_version, "
                                + "fingerprint, token, attempt, created_at, lease_end, owner_node, owner_claim) "
                                + "SELECT c.id, c.idempotency_key, c.principal, c.route, 1, c.version, c.fingerprint, "
                                + "nextval('{token}'), 1, {now}, {now} + c.lease, c.node, c.claim "
                                + "FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?) AS c (id, idempotency_key, principal, route, version, "
                                + "fingerprint, lease, node, claim) ON CONFLICT (id) DO NOTHING RETURNING "
                                + RecordRows.COLUMNS
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

    void replace(List<PendingClaim> claims, Statements.Written written) {
        if (claims.isEmpty()) {
            return;
        }
        script.query(
                statements.sql("UPDATE {operation} AS o SET token = nextval('{token}'), "
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

    void renew(List<Batch.Keyed<LeaseWrite.Renew>> writes, Script.Reader reader) {
        if (!writes.isEmpty()) {
            script.query(
                    statements.sql(
                            "UPDATE {operation} AS o SET lease_end = {now} + c.lease FROM unnest(?, ?, ?) AS c (id, token, "
                                    + "lease) WHERE o.id = c.id AND o.token = c.token AND o.state = 1 "
                                    + "RETURNING o.id, o.token, o.state"),
                    reader,
                    keys(writes),
                    tokens(writes),
                    Columns.numbers(writes.stream()
                            .map(one -> RecordRows.micros(one.write().lease().length()))));
        }
    }

    void complete(List<Batch.Keyed<LeaseWrite.Complete>> writes, Script.Reader reader) {
        if (!writes.isEmpty()) {
            List<Response> responses = writes.stream()
                    .map(one -> statements.fit(one.write().response()))
                    .toList();
            script.query(
                    notifying(
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

    void release(List<Batch.Keyed<LeaseWrite.Release>> writes, Script.Reader reader) {
        if (!writes.isEmpty()) {
            script.query(
                    notifying("DELETE FROM {operation} AS o USING unnest(?, ?) AS c (id, token) "
                            + "WHERE o.id = c.id AND o.token = c.token AND o.state <> 2"),
                    reader,
                    keys(writes),
                    tokens(writes));
        }
    }

    void park(List<Batch.Keyed<LeaseWrite.Park>> writes, Script.Reader reader) {
        if (!writes.isEmpty()) {
            script.query(
                    notifying(
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

    /** A write that ends operations, and notifies those who listen of the ones that somebody waits for. */
    private String notifying(String write) {
        return statements.sql(
                "WITH ended AS (" + write + " RETURNING o.id, o.token, o.state, o.awaited) SELECT id, token, state, "
                        + "CASE WHEN awaited THEN pg_notify('" + channel + "', encode(id, 'hex')) END FROM ended");
    }

    private static Columns keys(List<? extends Batch.Keyed<?>> writes) {
        return Columns.bytes(writes.stream().map(one -> one.key().bytes()));
    }

    private static Columns tokens(List<? extends Batch.Keyed<?>> writes) {
        return Columns.numbers(
                writes.stream().map(one -> one.write().lease().token().value()));
    }
}
