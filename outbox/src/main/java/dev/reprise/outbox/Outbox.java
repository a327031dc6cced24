package dev.reprise.outbox;

import dev.reprise.client.IdempotencyKey;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A table of operations that will be sent, whatever happens to the process that wants them sent: written down before the
 * first attempt, in the transaction of the business if it likes, and delivered by a {@link Deliverer} until there is a
 * definitive answer (C1). Thread-safe.
 *
 * <p>Works in H2, SQLite, PostgreSQL, MariaDB and MySQL. Embedded databases get their tables when it is opened; for servers
 * the message of the failure to open it has the script. All times are those of the database's clock (S28): what the clocks of
 * the nodes show does not matter.
 */
public final class Outbox {
    private static final int PURGED_AT_ONCE = 500;
    /** What PostgreSQL says to all that follows an error in a transaction. */
    private static final String ABORTED = "25P02";

    private final ConnectionSource connections;
    private final DatabaseClock clock;
    private final Rows rows;
    private final Claiming claiming;

    private Outbox(ConnectionSource connections, DatabaseClock clock, Dialect dialect) {
        this.connections = connections;
        this.clock = clock;
        this.rows = new Rows(dialect);
        this.claiming = new Claiming(dialect);
    }

    /**
     * Opens the outbox of a database.
     *
     * @throws OutboxException if the database is not one of those it works in, or is a server without the tables of this
     *     release; the message says what to run
     */
    public static Outbox in(ConnectionSource connections) {
        return in(connections, System::nanoTime);
    }

    /** With elapsed time in nanoseconds as in {@link System#nanoTime}. */
    static Outbox in(ConnectionSource connections, LongSupplier ticks) {
        DatabaseClock clock = new DatabaseClock(ticks);
        return transact(connections, "The outbox cannot be opened", connection -> {
            Dialect dialect = Dialect.of(connection);
            new Schema(dialect).require(connection);
            return new Outbox(connections, clock, dialect);
        });
    }

    /** Opens the outbox in an SQLite file, which is made if there is none; needs {@code sqlite-jdbc} on the class path. */
    public static Outbox inFile(Path file) {
        String url = "jdbc:sqlite:" + file.toAbsolutePath()
                + "?journal_mode=WAL&synchronous=FULL&busy_timeout=30000&transaction_mode=IMMEDIATE";
        try {
            DriverManager.getDriver(url);
        } catch (SQLException e) {
            throw new OutboxException("An outbox in a file needs org.xerial:sqlite-jdbc on the class path", e);
        }
        return in(() -> DriverManager.getConnection(url));
    }

    /**
     * Writes an operation down in the caller's transaction: it is sent if and when that commits.
     *
     * @throws SQLException if the database says so, above all if there is an operation of that key
     */
    public void add(Connection transaction, OutboxRequest request) throws SQLException {
        try {
            rows.insert(transaction, request);
        } catch (SQLException e) {
            if (ABORTED.equals(e.getSQLState()) && e.getCause() != null) {
                throw new SQLException(
                        e.getMessage() + "; it failed with: " + e.getCause().getMessage(), ABORTED, e);
            }
            throw e;
        }
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
        return transact("The outbox cannot be read", connection -> Entries.find(connection, key));
    }

    /** The body of the answer that an operation has got, at most its first mebibyte. */
    public Optional<byte[]> answer(IdempotencyKey key) {
        return transact("The outbox cannot be read", connection -> Entries.answer(connection, key));
    }

    /**
     * Operations in that state, those that are due first in front.
     *
     * @throws IllegalArgumentException if the most of them is less than 1
     */
    public List<OutboxEntry> list(OutboxState state, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most is at least 1, not " + most);
        }
        return transact("The outbox cannot be read", connection -> Entries.list(connection, state, most));
    }

    /**
     * Sends a parked operation again, with another hour if its deadline is over; false if it is not parked. If an attempt may
     * have been executed, and the server's retention is over, it is parked again at once (C7): then find out what happened,
     * and {@link #resolve} it.
     */
    public boolean retry(IdempotencyKey key) {
        return transact(
                "The operation stays parked", connection -> rows.unpark(connection, key, OutboxState.PENDING, null));
    }

    /** Ends a parked operation about which somebody has found out what happened; false if it is not parked. */
    public boolean resolve(IdempotencyKey key, String note) {
        return transact(
                "The operation stays parked", connection -> rows.unpark(connection, key, OutboxState.RESOLVED, note));
    }

    /**
     * Deletes operations that ended that long ago or longer, up to 500 of them, and says how many; pending and parked ones
     * are never deleted. Any number of nodes may do so at once.
     *
     * @throws IllegalArgumentException if the age is negative, or over a hundred years
     */
    public int purge(Duration age) {
        Limit.AGE.require(age);
        return transact("Nothing was deleted", connection -> rows.purge(connection, age, PURGED_AT_ONCE));
    }

    List<Claimed> claim(int most, Duration lease) {
        return transact("Nothing was taken", connection -> {
            long asked = clock.ticks();
            List<Claimed> taken = claiming.claim(connection, most, lease);
            taken.stream().findFirst().ifPresent(one -> clock.read(one.at(), asked));
            return taken;
        });
    }

    boolean end(Claimed claimed, Round round) {
        return transact(
                "The end of a round was not recorded, and it will be repeated",
                connection -> rows.end(connection, claimed, round));
    }

    /** The database's clock, which is right from the first claim on. */
    InstantSource clock() {
        return clock;
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private <T> T transact(String failure, Work<T> work) {
        return transact(connections, failure, work);
    }

    private static <T> T transact(ConnectionSource connections, String failure, Work<T> work) {
        try (Connection connection = connections.open()) {
            connection.setAutoCommit(false);
            try {
                T result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        } catch (SQLException e) {
            throw new OutboxException(failure + ": " + e.getMessage(), e);
        }
    }

    /** Whoever cannot work with a connection can often not roll back either, which is not what went wrong. */
    private static void rollBack(Connection connection, Exception failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }
}
