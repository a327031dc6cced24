package dev.reprise.store.jdbc;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationType;
import dev.reprise.Owner;
import dev.reprise.Response;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Opening;
import dev.reprise.spi.ResumableStore.Progress;
import dev.reprise.spi.ResumableStore.Step;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The writes of an operation that is carried through in steps, by its owners. Immutable and thread-safe. */
final class ResumableStatements {
    /**
     * Waits for an answer, and not for a time. Who waits has a lease that ends when the wait is over, so that it is in progress
     * for everybody else.
     */
    static final long NEVER = Long.MAX_VALUE;

    private static final String HELD = " WHERE id = ? AND token = ? AND state = 1";
    private static final String DUE =
            "state = 1 AND operation_type = ? AND type_version = ? AND not_before <= {now} AND lease_end <= {now}";

    private final Statements statements;

    ResumableStatements(Statements statements) {
        this.statements = statements;
    }

    private PreparedStatement prepare(Connection connection, String template) throws SQLException {
        return connection.prepareStatement(statements.sql(template));
    }

    /** @param commit whether this is the last write, and may be committed at once */
    Lease start(Connection connection, Opening opening, List<Step> steps, boolean commit) throws SQLException {
        OperationId id = opening.id();
        RowKey key = RowKey.of(id);
        String drawn = statements.drawnToken();
        long given = drawn.isEmpty() ? statements.nextToken(connection) : 0;
        Sequel writes = new Sequel();
        writes.add(
                statements.sql("INSERT INTO {operation} (id, idempotency_key, principal, route, fingerprint_version, "
                        + "fingerprint, lease_end, owner_node, owner_claim, operation_type, type_version, input, "
                        + "idle_attempts, token, not_before, state, attempt, created_at) "
                        + "VALUES (?, ?, ?, ?, ?, ?, {now} + ?, ?, ?, ?, ?, ?, ?, "
                        + (drawn.isEmpty() ? "?" : drawn) + ", 0, 1, 1, {now})"
                        + (statements.takesSeveral() ? " ON CONFLICT (id) DO NOTHING" : "")),
                places -> {
                    places.add(key)
                            .add(id.key().value())
                            .add(id.scope().principal())
                            .add(id.scope().route())
                            .add(opening.fingerprint().version())
                            .add(opening.fingerprint().digest())
                            .add(RecordRows.micros(opening.lease()))
                            .add(opening.owner().node())
                            .add(opening.owner().claim())
                            .add(opening.type().name())
                            .add(opening.type().version())
                            .add(opening.input().bytes())
                            .add(steps.isEmpty() ? 1 : 0);
                    return drawn.isEmpty() ? places.add(given) : places;
                },
                "");
        addSteps(writes, key, steps);
        long first = run(writes, connection, commit);
        if (first == 0) {
            throw NotCommittedException.recordedMeanwhile(id, null);
        }
        return new Lease(id, new FencingToken(drawn.isEmpty() ? given : first), 1, opening.lease());
    }

    /**
     * The operation first: its row is locked then, and its token is right until the end of the transaction.
     *
     * @param commit whether this is the last write, and may be committed at once
     */
    LeaseStatus write(Connection connection, Lease lease, Progress progress, boolean commit) throws SQLException {
        RowKey key = RowKey.of(lease.id());
        Sequel writes = new Sequel();
        addAdvance(writes, key, lease, progress);
        addSteps(writes, key, progress.steps());
        return run(writes, connection, commit) > 0 ? LeaseStatus.HELD : LeaseStatus.LOST;
    }

    private long run(Sequel writes, Connection connection, boolean commit) throws SQLException {
        return statements.takesSeveral() ? writes.runTogether(connection, commit) : writes.runEach(connection);
    }

    /**
     * Whether the commit may go with steps: it goes in one message, and nobody else writes them, nor do they need something that
     * may be missing. So what is refused is refused by the commit.
     */
    boolean mayCommitWith(List<Step> steps) {
        return statements.takesSeveral()
                && steps.stream().allMatch(step -> switch (step.kind()) {
                    case LOCAL, REMOTE, SLEEP -> true;
                    case ONCE, AWAIT -> false;
                });
    }

    private void addAdvance(Sequel writes, RowKey key, Lease lease, Progress progress) {
        String idle = progress.advances() ? ", idle_attempts = 0" : "";
        switch (progress.next()) {
            case Next.GoOn ignored ->
                addUpdate(
                        writes,
                        "lease_end = {now} + ?" + idle,
                        key,
                        lease,
                        places -> places.add(RecordRows.micros(lease.length())));
            case Next.Wait(Duration atLeast, String error, String step) ->
                addUpdate(
                        writes,
                        "lease_end = {now} + ?, not_before = {now} + ?, last_error = ?" + failing(step) + idle,
                        key,
                        lease,
                        places -> failed(
                                step,
                                places.add(RecordRows.micros(atLeast))
                                        .add(RecordRows.micros(atLeast))
                                        .add(PlainStatements.reason(error))));
            case Next.AwaitAnswer(String step) -> {
                addUpdate(
                        writes,
                        "lease_end = ?, not_before = ?" + idle,
                        key,
                        lease,
                        places -> places.add(NEVER).add(NEVER));
                addWaking(writes, key, lease, step);
            }
            case Next.Complete(Response response, Duration retention) ->
                addUpdate(
                        writes,
                        "state = 2, ended_at = {now}, expires_at = {now} + ?, status = ?, headers = ?, trailers = ?, "
                                + "body = ?",
                        key,
                        lease,
                        places -> places.add(RecordRows.micros(retention)).add(statements.fit(response)));
            case Next.Park(String reason, String step) ->
                addUpdate(
                        writes,
                        "state = 3, ended_at = {now}, lease_end = {now}, reason = ?, last_error = ?" + failing(step),
                        key,
                        lease,
                        places -> failed(
                                step, places.add(PlainStatements.reason(reason)).add(PlainStatements.reason(reason))));
        }
    }

    /** MySQL assigns from left to right: the number first. */
    private static String failing(String step) {
        return step.isEmpty()
                ? ""
                : ", failing_runs = CASE WHEN failing_step = ? THEN failing_runs + 1 ELSE 1 END, failing_step = ?";
    }

    private static Places failed(String step, Places places) throws SQLException {
        return step.isEmpty() ? places : places.add(step).add(step);
    }

    /** If the answer came meanwhile. By a statement that is younger than the lock, which {@link OperatorStatements} take as well. */
    private void addWaking(Sequel writes, RowKey key, Lease lease, String step) {
        writes.add(
                statements.sql("UPDATE {operation} SET lease_end = {now}, not_before = 0 WHERE id = ? AND token = ? "
                        + "AND EXISTS (SELECT 1 FROM {step} WHERE operation = ? AND name = ? AND result IS NOT NULL)"),
                places -> places.add(key).add(lease.token().value()).add(key).add(step),
                "");
    }

    private void addUpdate(Sequel writes, String set, RowKey key, Lease lease, Places.Values values) {
        writes.add(
                statements.sql("UPDATE {operation} SET " + set + HELD),
                places -> values.into(places).add(key).add(lease.token().value()),
                "");
    }

    /** Each a moment younger than the one before, so that their order shows. */
    private void addSteps(Sequel writes, RowKey key, List<Step> steps) {
        String insert = statements.sql(
                "INSERT INTO {step} (operation, name, kind, result, runs, recorded_at) VALUES (?, ?, ?, ?, ?, "
                        + statements.moment("?1") + ")");
        String end = statements.sql("UPDATE {step} SET result = ?, runs = ?, recorded_at = "
                + statements.moment("{step}.operation") + " WHERE operation = ? AND name = ? AND kind = ?");
        long moment = 0;
        for (Step step : steps) {
            long later = moment++;
            boolean ends = step.kind() == Kind.ONCE && step.result() != null;
            Places.Values inserted = places -> places.add(key)
                    .add(step.name())
                    .add(number(step.kind()))
                    .add(step.result())
                    .add(step.runs())
                    .add(later);
            Places.Values ended = places -> places.add(step.result())
                    .add(step.runs())
                    .add(later)
                    .add(key)
                    .add(step.name())
                    .add(number(step.kind()));
            writes.add(
                    ends ? end : insert,
                    ends ? ended : inserted,
                    "The beginning of step '" + step.name() + "' is not there");
        }
    }

    static int number(Kind kind) {
        return switch (kind) {
            case LOCAL -> 1;
            case REMOTE -> 2;
            case ONCE -> 3;
            case SLEEP -> 4;
            case AWAIT -> 5;
        };
    }

    static Kind kind(int number) throws SQLException {
        for (Kind kind : Kind.values()) {
            if (number(kind) == number) {
                return kind;
            }
        }
        throw new SQLException("A step is of the unknown kind " + number);
    }

    /** One operation, if it is due. */
    List<Lease> takeOver(Connection connection, OperationId id, OperationType type, Owner owner, Duration lease)
            throws SQLException {
        return takeOver(connection, " AND id = ?", "", type, places -> places.add(RowKey.of(id)), () -> owner, lease);
    }

    /** Those that have been due for longest. */
    List<Lease> takeOver(Connection connection, OperationType type, Supplier<Owner> owners, Duration lease, int limit)
            throws SQLException {
        String order = " ORDER BY not_before " + statements.first();
        return takeOver(connection, "", order, type, places -> places.add(limit), owners, lease);
    }

    private List<Lease> takeOver(
            Connection connection,
            String which,
            String order,
            OperationType type,
            Places.Values places,
            Supplier<Owner> owners,
            Duration lease)
            throws SQLException {
        statements.becomeWriter(connection);
        if (paused(connection, type.name())) {
            return List.of();
        }
        List<OperationRecord> due = new ArrayList<>();
        try (PreparedStatement select = prepare(
                connection,
                "SELECT " + RecordRows.COLUMNS + ", {now} FROM {operation} WHERE " + DUE + which + order
                        + statements.lockingFree())) {
            Script.allRows(select);
            places.into(new Places(select).add(type.name()).add(type.version()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    due.add(RecordRows.read(rows).record());
                }
            }
        }
        List<Lease> leases = new ArrayList<>();
        for (OperationRecord record : due) {
            leases.add(own(connection, record, owners.get(), lease));
        }
        return leases;
    }

    private Lease own(Connection connection, OperationRecord record, Owner owner, Duration lease) throws SQLException {
        FencingToken token = new FencingToken(statements.nextToken(connection));
        try (PreparedStatement update = prepare(
                connection,
                "UPDATE {operation} SET token = ?, lease_end = {now} + ?, owner_node = ?, owner_claim = ?, "
                        + "attempt = attempt + 1, idle_attempts = idle_attempts + 1 WHERE id = ?")) {
            new Places(update)
                    .add(token.value())
                    .add(RecordRows.micros(lease))
                    .add(owner.node())
                    .add(owner.claim())
                    .add(RowKey.of(record.id()));
            update.executeUpdate();
        }
        return new Lease(record.id(), token, record.attempt() + 1, lease);
    }

    private boolean paused(Connection connection, String type) throws SQLException {
        try (PreparedStatement select = prepare(connection, "SELECT 1 FROM {pause} WHERE operation_type = ?")) {
            select.setString(1, type);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next();
            }
        }
    }
}
