package dev.reprise.store.jdbc;

import dev.reprise.Body;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationType;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.ResumableStore.Answered;
import dev.reprise.spi.ResumableStore.Backlog;
import dev.reprise.spi.ResumableStore.Failing;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Progressing;
import dev.reprise.spi.ResumableStore.Recorded;
import dev.reprise.spi.ResumableStore.Step;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What others than its owner see of an operation that is carried through in steps, and do to it. Immutable and thread-safe. */
final class OperatorStatements {
    /** Behind those of the record and the time. */
    static final int COLUMNS = 22;

    private final Statements statements;

    OperatorStatements(Statements statements) {
        this.statements = statements;
    }

    private PreparedStatement prepare(Connection connection, String template) throws SQLException {
        return connection.prepareStatement(statements.sql(template));
    }

    Optional<Progressing> find(Connection connection, OperationId id) throws SQLException {
        RowKey key = RowKey.of(id);
        try (PreparedStatement select = prepare(
                connection,
                "SELECT " + RecordRows.COLUMNS
                        + ", {now}, operation_type, type_version, input, idle_attempts, not_before, "
                        + "last_error, failing_step, failing_runs FROM {operation} WHERE id = ? AND operation_type IS NOT NULL"
                        + Statements.NOT_EXPIRED)) {
            select.setBytes(1, key.bytes());
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                Existing existing = RecordRows.read(row);
                return Optional.of(new Progressing(
                        existing.record(),
                        new OperationType(row.getString(COLUMNS), row.getInt(COLUMNS + 1)),
                        input(row.getBytes(COLUMNS + 2), existing.record()),
                        steps(connection, key),
                        row.getInt(COLUMNS + 3),
                        notBefore(row.getLong(COLUMNS + 4)),
                        Objects.requireNonNullElse(row.getString(COLUMNS + 5), ""),
                        failing(row.getString(COLUMNS + 6), row.getInt(COLUMNS + 7))));
            }
        }
    }

    /** What a finished operation was given may have been erased (S36); any other has it. */
    private static Body input(byte @Nullable [] bytes, OperationRecord record) {
        if (bytes == null && record.state() instanceof OperationState.Completed) {
            return Body.OMITTED;
        }
        return Body.of(Objects.requireNonNull(bytes, "input"));
    }

    private static @Nullable Failing failing(@Nullable String step, int runs) {
        return step == null ? null : new Failing(step, runs);
    }

    static Instant notBefore(long stored) {
        return stored == ResumableStatements.NEVER ? Instant.MAX : RecordRows.time(stored);
    }

    private List<Recorded> steps(Connection connection, RowKey key) throws SQLException {
        List<Recorded> steps = new ArrayList<>();
        try (PreparedStatement select = prepare(
                connection,
                "SELECT name, kind, result, recorded_at, runs FROM {step} WHERE operation = ? ORDER BY recorded_at, name")) {
            select.setBytes(1, key.bytes());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    Kind kind = ResumableStatements.kind(rows.getInt(2));
                    steps.add(new Recorded(
                            new Step(rows.getString(1), kind, body(rows.getBytes(3)), rows.getInt(5)),
                            RecordRows.time(rows.getLong(4))));
                }
            }
        }
        return steps;
    }

    private static @Nullable Body body(byte @Nullable [] bytes) {
        return bytes == null ? null : Body.of(bytes);
    }

    /** The row of the operation is locked first, as its owner does, so that neither overlooks what the other writes. */
    Answered answer(Connection connection, RowKey key, String name, Body result) throws SQLException {
        statements.becomeWriter(connection);
        if (!isRunning(connection, key)) {
            return Answered.NOT_RUNNING;
        }
        Step there = steps(connection, key).stream()
                .map(Recorded::step)
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElse(null);
        if (there != null && (there.kind() != Kind.AWAIT || there.result() != null)) {
            return there.equals(new Step(name, Kind.AWAIT, result)) ? Answered.ACCEPTED : Answered.REFUSED;
        }
        String statement = there == null
                ? "INSERT INTO {step} (operation, name, kind, result, runs, recorded_at) VALUES (?, ?, ?, ?, 1, "
                        + statements.moment("?1") + ")"
                : "UPDATE {step} SET recorded_at = " + statements.moment("{step}.operation")
                        + ", result = ? WHERE operation = ? AND name = ? AND kind = ?";
        try (PreparedStatement write = prepare(connection, statement)) {
            int first = there == null ? 1 : 3;
            write.setBytes(first, key.bytes());
            write.setString(first + 1, name);
            write.setInt(first + 2, ResumableStatements.number(Kind.AWAIT));
            write.setBytes(there == null ? 4 : 2, result.bytes());
            write.setLong(there == null ? 5 : 1, 0);
            write.executeUpdate();
        }
        try (PreparedStatement wake = prepare(
                connection,
                "UPDATE {operation} SET idle_attempts = 0, "
                        + "lease_end = CASE WHEN not_before = ? THEN {now} ELSE lease_end END, "
                        + "not_before = CASE WHEN not_before = ? THEN 0 ELSE not_before END WHERE id = ?")) {
            wake.setLong(1, ResumableStatements.NEVER);
            wake.setLong(2, ResumableStatements.NEVER);
            wake.setBytes(3, key.bytes());
            wake.executeUpdate();
        }
        return Answered.ACCEPTED;
    }

    private boolean isRunning(Connection connection, RowKey key) throws SQLException {
        String lock = statements.lockingFree().isEmpty() ? "" : " FOR UPDATE";
        try (PreparedStatement select = prepare(
                connection,
                "SELECT state FROM {operation} WHERE id = ? AND operation_type IS NOT NULL AND state = 1" + lock)) {
            select.setBytes(1, key.bytes());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }

    boolean resume(Connection connection, RowKey key) throws SQLException {
        // MySQL assigns from left to right: what others depend on comes last.
        try (PreparedStatement update = prepare(
                connection,
                "UPDATE {operation} SET idle_attempts = 0, reason = NULL, ended_at = NULL, "
                        + "lease_end = CASE WHEN state = 3 OR lease_end = not_before THEN {now} ELSE lease_end END, "
                        + "not_before = 0, state = 1 "
                        + "WHERE id = ? AND operation_type IS NOT NULL AND state <> 2")) {
            update.setBytes(1, key.bytes());
            return update.executeUpdate() > 0;
        }
    }

    void pause(Connection connection, String type, boolean paused) throws SQLException {
        String statement = paused
                ? "INSERT INTO {pause} (operation_type) VALUES (?)"
                : "DELETE FROM {pause} WHERE operation_type = ?";
        if (paused && paused(connection).contains(type)) {
            return;
        }
        try (PreparedStatement write = prepare(connection, statement)) {
            write.setString(1, type);
            write.executeUpdate();
        }
    }

    Set<String> paused(Connection connection) throws SQLException {
        Set<String> types = new LinkedHashSet<>();
        try (PreparedStatement select =
                        prepare(connection, "SELECT operation_type FROM {pause} ORDER BY operation_type");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                types.add(rows.getString(1));
            }
        }
        return types;
    }

    /** One look at those that wait for nothing. Who waits has a lease that ends with the waiting, so its end is when it became due. */
    List<Backlog> backlog(Connection connection) throws SQLException {
        Set<String> paused = paused(connection);
        List<Backlog> backlog = new ArrayList<>();
        String due = "SUM(CASE WHEN lease_end <= {now} THEN 1 ELSE 0 END)";
        try (PreparedStatement select = prepare(
                        connection,
                        "SELECT operation_type, type_version, " + due
                                + ", count(*), MAX({now} - lease_end) FROM {operation} "
                                + "WHERE state = 1 AND operation_type IS NOT NULL AND not_before <= {now} "
                                + "GROUP BY operation_type, type_version HAVING " + due + " > 0 "
                                + "ORDER BY operation_type, type_version");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                OperationType type = new OperationType(rows.getString(1), rows.getInt(2));
                long operations = rows.getLong(3);
                backlog.add(new Backlog(
                        type,
                        operations,
                        paused.contains(type.name()),
                        Duration.of(Math.max(0, rows.getLong(5)), ChronoUnit.MICROS),
                        rows.getLong(4) - operations));
            }
        }
        return backlog;
    }
}
