package dev.reprise.outbox;

import dev.reprise.client.IdempotencyKey;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * A table of operations that will be sent, whatever happens to the process that wants them sent: written down before the
 * first attempt, in the transaction of the business if it likes, and delivered by a {@link Deliverer} until there is a
 * definitive answer (C1). Thread-safe.
 *
 * <p>Works in H2, SQLite and PostgreSQL. Embedded databases get their table when it is opened; for others it is made by the
 * script of that name beside this class. Times are those of the given clock; nodes whose clocks differ by more than a lease
 * send some operations twice, with the same key.
 */
public final class Outbox {
    private static final int PURGED_AT_ONCE = 500;

    private final ConnectionSource connections;
    private final InstantSource clock;
    private final Rows rows;

    private Outbox(ConnectionSource connections, InstantSource clock, Dialect dialect) {
        this.connections = connections;
        this.clock = clock;
        this.rows = new Rows(dialect);
    }

    /**
     * Opens the outbox of a database.
     *
     * @throws OutboxException if the database is not one of those it works in, or has no table and is not embedded
     */
    public static Outbox in(ConnectionSource connections, InstantSource clock) {
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement()) {
            Dialect dialect = Dialect.of(connection);
            if (dialect.embedded()) {
                for (String sql : dialect.schema()) {
                    statement.execute(sql);
                }
                commitUnlessAutomatic(connection);
            }
            try (ResultSet check = statement.executeQuery("SELECT COUNT(*) FROM reprise_outbox WHERE 1 = 0")) {
                check.next();
            }
            return new Outbox(connections, clock, dialect);
        } catch (SQLException e) {
            throw new OutboxException(
                    "The outbox cannot be opened; was its table made by the script of this database? " + e.getMessage(),
                    e);
        }
    }

    /** Opens the outbox in an SQLite file, which is made if there is none; needs {@code sqlite-jdbc} on the class path. */
    public static Outbox inFile(Path file, InstantSource clock) {
        String url = "jdbc:sqlite:" + file.toAbsolutePath()
                + "?journal_mode=WAL&synchronous=FULL&busy_timeout=30000&transaction_mode=IMMEDIATE";
        try {
            DriverManager.getDriver(url);
        } catch (SQLException e) {
            throw new OutboxException("An outbox in a file needs org.xerial:sqlite-jdbc on the class path", e);
        }
        return in(() -> DriverManager.getConnection(url), clock);
    }

    private static void commitUnlessAutomatic(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
    }

    /**
     * Writes an operation down in the caller's transaction: it is sent if and when that commits.
     *
     * @throws SQLException if the database says so, above all if there is an operation of that key
     */
    public void add(Connection transaction, OutboxRequest request) throws SQLException {
        rows.insert(transaction, request, clock.instant());
    }

    /**
     * Writes an operation down. When this returns it will be sent.
     *
     * @throws OutboxException if the database says no, above all if there is an operation of that key
     */
    public void add(OutboxRequest request) {
        transact("The operation was not written down", connection -> {
            add(connection, request);
            return true;
        });
    }

    /** The operation of that key. */
    public Optional<OutboxEntry> find(IdempotencyKey key) {
        return transact("The outbox cannot be read", connection -> rows.find(connection, key));
    }

    /** The body of the answer that an operation has got, at most its first mebibyte. */
    public Optional<byte[]> answer(IdempotencyKey key) {
        return transact("The outbox cannot be read", connection -> rows.answer(connection, key));
    }

    /** Operations in that state, those that are due first in front. */
    public List<OutboxEntry> list(OutboxState state, int most) {
        return transact("The outbox cannot be read", connection -> rows.list(connection, state, most));
    }

    /**
     * Sends a parked operation again; false if it is not parked. If an attempt may have been executed, and the server's
     * retention is over, it is parked again at once (C7): then find out what happened, and {@link #resolve} it.
     */
    public boolean retry(IdempotencyKey key) {
        return transact(
                "The operation stays parked",
                connection -> rows.unpark(connection, key, OutboxState.PENDING, null, clock.instant()));
    }

    /** Ends a parked operation about which somebody has found out what happened; false if it is not parked. */
    public boolean resolve(IdempotencyKey key, String note) {
        return transact(
                "The operation stays parked",
                connection -> rows.unpark(connection, key, OutboxState.RESOLVED, note, clock.instant()));
    }

    /** Deletes operations that ended before that time, up to 500 of them, and says how many. */
    public int purge(Instant before) {
        return transact("Nothing was deleted", connection -> rows.purge(connection, before, PURGED_AT_ONCE));
    }

    List<Claimed> claim(int most, Duration lease) {
        return transact("Nothing was taken", connection -> rows.claim(connection, most, clock.instant(), lease));
    }

    boolean end(Claimed claimed, Round round) {
        return transact(
                "The end of a round was not recorded, and it will be repeated",
                connection -> rows.end(connection, claimed, round, clock.instant()));
    }

    Instant now() {
        return clock.instant();
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private <T> T transact(String failure, Work<T> work) {
        try (Connection connection = connections.open()) {
            connection.setAutoCommit(false);
            try {
                T result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new OutboxException(failure + ": " + e.getMessage(), e);
        }
    }
}
