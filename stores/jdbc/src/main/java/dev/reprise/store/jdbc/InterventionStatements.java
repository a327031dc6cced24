package dev.reprise.store.jdbc;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationType;
import dev.reprise.Scope;
import dev.reprise.spi.Interventions.Action;
import dev.reprise.spi.Interventions.AuditEntry;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.Interventions.Intervention;
import dev.reprise.spi.Interventions.Listed;
import dev.reprise.spi.Interventions.Standing;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.ResumableStore.Progressing;
import dev.reprise.spi.ResumableStore.Step;
import dev.reprise.spi.support.InterventionRules;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What operators do to operations, and its audit. Immutable and thread-safe. */
final class InterventionStatements {
    private static final String STANDING = "operation_type, type_version, idle_attempts, not_before, last_error";

    private final Statements statements;
    private final OperatorStatements operations;

    InterventionStatements(Statements statements) {
        this.statements = statements;
        this.operations = new OperatorStatements(statements);
    }

    private PreparedStatement prepare(Connection connection, String template) throws SQLException {
        return connection.prepareStatement(statements.sql(template));
    }

    /** In the connection's transaction. */
    Intervened intervene(Connection connection, Intervention intervention) throws SQLException {
        statements.becomeWriter(connection);
        return switch (intervention.action()) {
            case Action.Pause(String type) -> pause(connection, intervention, type, true);
            case Action.Unpause(String type) -> pause(connection, intervention, type, false);
            case Action.OnOperation action -> on(connection, intervention, action);
        };
    }

    private Intervened pause(Connection connection, Intervention intervention, String type, boolean paused)
            throws SQLException {
        String before = operations.paused(connection).contains(type) ? "paused" : "not paused";
        operations.pause(connection, type, paused);
        note(connection, intervention, statements.nextToken(connection), null, before);
        return new Intervened.Done();
    }

    /** The row of the operation is locked first, as its owner does, so that neither overlooks what the other writes. */
    private Intervened on(Connection connection, Intervention intervention, Action.OnOperation action)
            throws SQLException {
        RowKey key = RowKey.of(action.id());
        lock(connection, key);
        Progressing there = operations.find(connection, action.id()).orElse(null);
        Intervened allowed = InterventionRules.check(there, now(connection), action);
        if (there == null || !(allowed instanceof Intervened.Done)) {
            return allowed;
        }
        long token = statements.nextToken(connection);
        boolean done = switch (action) {
            case Action.Resume ignored -> operations.resume(connection, key);
            case Action.Retry retry -> retry(connection, key, token, InterventionRules.forgotten(there, retry.from()));
            case Action.Release ignored ->
                update(connection, "DELETE FROM {operation} WHERE id = ?", places -> places.add(key));
            case Action.Resolve resolve -> resolve(connection, key, token, resolve);
        };
        if (!done) {
            throw new SQLException("The operation has gone while it was locked");
        }
        note(connection, intervention, token, action.id(), InterventionRules.describe(there));
        return allowed;
    }

    private void lock(Connection connection, RowKey key) throws SQLException {
        String end = statements.lockingFree().isEmpty() ? "" : " FOR UPDATE";
        try (PreparedStatement select = prepare(connection, "SELECT token FROM {operation} WHERE id = ?" + end)) {
            select.setBytes(1, key.bytes());
            select.executeQuery().close();
        }
    }

    private Instant now(Connection connection) throws SQLException {
        try (PreparedStatement select = prepare(connection, "SELECT {now} FROM {meta} WHERE name = 'schema'");
                ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                throw new SQLException(statements.sql("{meta} has no row named schema"));
            }
            return RecordRows.time(row.getLong(1));
        }
    }

    private boolean retry(Connection connection, RowKey key, long token, List<Step> forgotten) throws SQLException {
        List<Places.Values> rows = new ArrayList<>();
        for (Step step : forgotten) {
            rows.add(places -> places.add(key).add(step.name()));
        }
        Places.send(connection, statements.sql("DELETE FROM {step} WHERE operation = ? AND name = ?"), rows);
        return update(
                connection,
                "UPDATE {operation} SET token = ?, idle_attempts = 0, reason = NULL, ended_at = NULL, "
                        + "lease_end = {now}, not_before = 0, state = 1 WHERE id = ?",
                places -> places.add(token).add(key));
    }

    private boolean resolve(Connection connection, RowKey key, long token, Action.Resolve resolve) throws SQLException {
        return update(
                connection,
                "UPDATE {operation} SET token = ?, reason = NULL, ended_at = {now}, expires_at = {now} + ?, "
                        + "status = ?, headers = ?, trailers = ?, body = ?, state = 2 WHERE id = ?",
                places -> places.add(token)
                        .add(RecordRows.micros(resolve.retention()))
                        .add(statements.fit(resolve.response()))
                        .add(key));
    }

    private boolean update(Connection connection, String template, Places.Values values) throws SQLException {
        try (PreparedStatement update = prepare(connection, template)) {
            values.into(new Places(update));
            return update.executeUpdate() > 0;
        }
    }

    private void note(
            Connection connection, Intervention intervention, long number, @Nullable OperationId id, String before)
            throws SQLException {
        try (PreparedStatement insert = prepare(
                connection,
                "INSERT INTO {audit} (number, recorded_at, operator, reason, action, idempotency_key, principal, route, "
                        + "state_before) VALUES (?, {now}, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setLong(1, number);
            insert.setString(2, intervention.by());
            insert.setString(3, intervention.reason());
            insert.setString(4, InterventionRules.describe(intervention.action()));
            insert.setString(5, id == null ? null : id.key().value());
            insert.setString(6, id == null ? null : id.scope().principal());
            insert.setString(7, id == null ? null : id.scope().route());
            insert.setString(8, PlainStatements.reason(before));
            insert.executeUpdate();
        }
    }

    List<AuditEntry> audit(Connection connection, long before, int limit) throws SQLException {
        try (PreparedStatement select = prepare(
                connection,
                "SELECT number, recorded_at, operator, reason, action, idempotency_key, principal, route, state_before "
                        + "FROM {audit} WHERE number < ? ORDER BY number DESC " + statements.first())) {
            select.setLong(1, before);
            select.setInt(2, limit);
            List<AuditEntry> entries = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    String key = row.getString(6);
                    entries.add(new AuditEntry(
                            row.getLong(1),
                            RecordRows.time(row.getLong(2)),
                            row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            key == null
                                    ? null
                                    : new OperationId(
                                            new Scope(row.getString(7), row.getString(8)), new IdempotencyKey(key)),
                            row.getString(9)));
                }
            }
            return entries;
        }
    }

    Map<OperationId, Standing> standing(Connection connection, Collection<OperationId> ids) throws SQLException {
        Map<OperationId, Standing> standing = new LinkedHashMap<>();
        if (ids.isEmpty()) {
            return standing;
        }
        Map<RowKey, OperationId> wanted = new LinkedHashMap<>();
        ids.forEach(id -> wanted.put(RowKey.of(id), id));
        try (PreparedStatement select = prepare(
                connection,
                "SELECT id, " + STANDING + " FROM {operation} " + "WHERE operation_type IS NOT NULL AND id IN (?"
                        + ", ?".repeat(wanted.size() - 1) + ")")) {
            Places places = new Places(select);
            for (RowKey key : wanted.keySet()) {
                places.add(key);
            }
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    OperationId id = Objects.requireNonNull(wanted.get(RowKey.of(row.getBytes(1))));
                    standing.put(id, standing(row, 2));
                }
            }
        }
        return standing;
    }

    /** What {@link #STANDING} selects, from that column on. */
    private static Standing standing(ResultSet row, int first) throws SQLException {
        return new Standing(
                new OperationType(row.getString(first), row.getInt(first + 1)),
                row.getInt(first + 2),
                OperatorStatements.notBefore(row.getLong(first + 3)),
                Objects.requireNonNullElse(row.getString(first + 4), ""));
    }

    /** State by state, because an index has the rows of one state of a type in the order of their keys. */
    List<Listed> list(Connection connection, String type, OperationQuery query) throws SQLException {
        SortedMap<RowKey, Listed> listed = new TreeMap<>();
        for (OperationState.Kind kind : query.kinds()) {
            list(connection, type, kind, query, listed);
        }
        return listed.values().stream().limit(query.limit()).toList();
    }

    /** The query of those in one state, with places that {@link #fill} fills in. */
    String listing(OperationState.Kind kind) {
        return statements.sql(
                "SELECT " + RecordRows.COLUMNS_WITHOUT_BODY + ", {now}, " + STANDING + " FROM {operation} "
                        + "WHERE operation_type = ? AND state = " + RecordRows.number(kind) + Statements.WITHIN
                        + Statements.NOT_EXPIRED + " ORDER BY id " + statements.first());
    }

    static void fill(Places places, String type, OperationQuery query) throws SQLException {
        Statements.within(query).into(places.add(type)).add(query.limit());
    }

    private void list(
            Connection connection,
            String type,
            OperationState.Kind kind,
            OperationQuery query,
            Map<RowKey, Listed> listed)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(listing(kind))) {
            fill(new Places(select), type, query);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    OperationRecord record = RecordRows.read(row).record();
                    listed.put(
                            RowKey.of(record.id()),
                            new Listed(record.asListed(), standing(row, OperatorStatements.COLUMNS)));
                }
            }
        }
    }
}
