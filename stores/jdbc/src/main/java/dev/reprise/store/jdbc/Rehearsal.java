package dev.reprise.store.jdbc;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.Lease;
import dev.reprise.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the motions once when a store opens: writes a record with odd characters, reads it, and takes it back. What no
 * list of settings knows of shows then, and not at the first request. Leaves nothing behind.
 */
final class Rehearsal {
    private static final Duration LENGTH = Duration.ofMinutes(1);
    private static final Response ODD =
            new Response(200, Headers.of("Odd", "caf\u00e9 \u20ac \ud83d\ude00 ' \\ \" ; ? $1 %"), Body.of(new byte[] {
                0, 39, 92, 34, -1, 10, 0
            }));

    private final Connection connection;
    private final Statements statements;
    private static final Response EMPTY = new Response(204, Headers.of("Empty", ""), Body.EMPTY);

    private Rehearsal(Connection connection, Statements statements) {
        this.connection = connection;
        this.statements = statements;
    }

    /**
     * @param connection in auto-commit mode, and given back so
     * @throws StoreException if records cannot be kept
     */
    static void run(Connection connection, Statements statements) throws SQLException {
        try {
            connection.setAutoCommit(false);
            new Rehearsal(connection, statements).run();
            connection.setAutoCommit(true);
        } catch (SQLException | RuntimeException e) {
            if (Faults.kind(e) == Faults.Kind.LOST && e instanceof SQLException lost) {
                throw lost;
            }
            throw new StoreException(
                    "The database, its driver or its pool cannot keep records as they are set: " + e.getMessage()
                            + "; docs/jdbc.md lists the settings",
                    e);
        }
    }

    private void run() throws SQLException {
        takeBack(new Scope("reprise", "rehearsal"), ODD);
        takeBack(new Scope("", ""), EMPTY);
        Lease nobodys = new Lease(id(new Scope("reprise", "rehearsal")), FencingToken.NONE, 1, LENGTH);
        statements.write(connection, Batch.takeFrom(changes(nobodys)));
        connection.commit();
    }

    private void takeBack(Scope scope, Response response) throws SQLException {
        OperationId id = id(scope);
        claim(id);
        statements.record(
                connection, id, new RequestFingerprint(1, new byte[] {1}), response, RecordRows.micros(LENGTH));
        Existing written = found(id);
        if (written == null
                || !(written.record().state() instanceof Completed completed)
                || !completed.response().equals(response)
                || !written.record().id().equals(id)) {
            throw new StoreException("what is read is not what was written", null);
        }
        connection.rollback();
        if (found(id) != null) {
            throw new StoreException("a rollback takes nothing back", null);
        }
        connection.rollback();
    }

    private static OperationId id(Scope scope) {
        return new OperationId(scope, new IdempotencyKey(UUID.randomUUID().toString()));
    }

    private static List<Change<?>> changes(Lease lease) {
        List<Change<?>> changes = new ArrayList<>();
        changes.add(new LeaseWrite(RowKey.of(lease.id()), new LeaseWrite.Release(lease)));
        return changes;
    }

    private void claim(OperationId id) throws SQLException {
        try {
            statements.claim(connection, RowKey.of(id));
        } catch (Statements.BusyException e) {
            // Somebody is at work on something that shares the lock.
            connection.rollback();
        }
    }

    private @Nullable Existing found(OperationId id) throws SQLException {
        RowKey key = RowKey.of(id);
        Map<RowKey, Existing> found = statements.read(connection, List.of(key));
        return found.get(key);
    }
}
