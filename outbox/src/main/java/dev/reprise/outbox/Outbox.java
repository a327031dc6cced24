package dev.reprise.outbox;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.outbox.OutboxTransactions.Outcome;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A table of operations that will be sent, whatever happens to the process. They are stored before the first attempt,
 * if you like in your business transaction, and a {@link Deliverer} delivers them until there is a definitive answer
 * (C1). Thread-safe.
 *
 * <p>Works in H2, SQLite, PostgreSQL, MariaDB and MySQL. Embedded databases get their tables when it is opened. On a
 * server without the tables, opening fails with the script to run. All times follow the database's clock (S28), so the
 * nodes' clocks do not matter.
 */
public final class Outbox {
    private static final int PURGED_AT_ONCE = 500;
    private static final List<OutboxState> ENDED =
            List.of(OutboxState.DELIVERED, OutboxState.REFUSED, OutboxState.RESOLVED);
    private static final String UNREADABLE = "The outbox cannot be read";

    private final OutboxTransactions transactions;
    private final DatabaseClock clock;
    private final OutboxSql sql;
    private final OutboxRows rows;
    private final DeliveryClaims claiming;

    private Outbox(OutboxTransactions transactions, DatabaseClock clock, OutboxSql sql) {
        this.transactions = transactions;
        this.clock = clock;
        this.sql = sql;
        this.rows = new OutboxRows(sql);
        this.claiming = new DeliveryClaims(sql);
    }

    /**
     * Opens the outbox of a database.
     *
     * @throws OutboxException if the database is not supported, or is a server without the tables of this release; the
     *     message says what to run
     */
    public static Outbox in(ConnectionSource connections) {
        return in(connections, OutboxSql.USUAL);
    }

    /**
     * Opens one of several outboxes of a database, each with a deliverer and credentials of its own.
     *
     * @param table its table, instead of {@code reprise_outbox}: a letter and then up to 47 letters, digits and underscores, in lower
     *     case, that do not end in {@code _schema} or {@code _due}
     * @throws IllegalArgumentException if no table can have that name
     * @throws OutboxException as for {@link #in(ConnectionSource)}
     */
    public static Outbox in(ConnectionSource connections, String table) {
        return in(connections, table, System::nanoTime);
    }

    /** With elapsed time in nanoseconds as in {@link System#nanoTime}. */
    static Outbox in(ConnectionSource connections, LongSupplier ticks) {
        return in(connections, OutboxSql.USUAL, ticks);
    }

    private static Outbox in(ConnectionSource connections, String table, LongSupplier ticks) {
        OutboxSql.requireName(table);
        DatabaseClock clock = new DatabaseClock(ticks);
        OutboxTransactions transactions = new OutboxTransactions(connections);
        OutboxTransactions.Work<Outbox> opening = connection -> {
            OutboxSql sql = new OutboxSql(SqlDialect.of(connection), table);
            new OutboxSchema(sql).require(connection);
            return new Outbox(transactions, clock, sql);
        };
        String failure = "The outbox cannot be opened";
        // Whether the tables are there now is seen when it is opened again.
        return transactions
                .attempt(opening)
                .settle(
                        failure,
                        (outbox, cause) -> transactions.attempt(opening).orFail(failure));
    }

    /**
     * Opens the outbox in an SQLite file, and creates it if there is none. Needs {@code sqlite-jdbc} on the class
     * path.
     */
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
     * Stores an operation in the caller's transaction: it is sent if and when that commits. If the acknowledgement of
     * the commit is lost, {@link #find} on a fresh connection tells, once the old one is gone; or repeat all of it.
     *
     * @return true if it is new, false if the same was stored before, with any deadline
     * @throws SQLException if the database fails; or with state 23505 if the key has another operation, and then the
     *     transaction can continue
     */
    public boolean add(Connection transaction, OutboxRequest request) throws SQLException {
        return rows.insert(transaction, request);
    }

    /**
     * Stores an operation. When this returns, it will be sent; adding it again does nothing.
     *
     * @return true if it is new, false if the same was stored before, with any deadline
     * @throws OutboxException if the database refuses, above all because the key has another operation; or if it is
     *     {@link OutboxException#uncertain not known} whether it was stored, and then adding it again is safe
     */
    public boolean add(OutboxRequest request) {
        String failure = "The operation was not written down";
        return transactions
                .attempt(connection -> add(connection, request))
                .settle(failure, (added, cause) -> addedAfterAll(request, added, cause));
    }

    /** Adding it again finds out, as that waits for the transaction of which nobody knows. */
    private boolean addedAfterAll(OutboxRequest request, boolean added, Exception cause) {
        return switch (transactions.attempt(connection -> rows.insertSoon(connection, request))) {
            case Outcome.Done<Boolean> done -> added;
            case Outcome.Unknown<Boolean>(Boolean again, Exception still) when !again -> added;
            case Outcome.Unknown<Boolean> unknown -> throw unknownWhetherAdded(cause);
            case Outcome.NotDone<Boolean> failed -> throw unknownWhetherAdded(cause);
        };
    }

    private static OutboxException unknownWhetherAdded(Exception cause) {
        return OutboxException.uncertain(
                "It is not known whether the operation is written down: " + cause.getMessage()
                        + ". Add it again with the same key, which is safe",
                cause);
    }

    /** The operation of that key. */
    public Optional<OutboxEntry> find(IdempotencyKey key) {
        return transactions
                .attempt(connection -> Entries.find(connection, sql, key))
                .orFail(UNREADABLE);
    }

    /** The body of an operation's answer, at most its first mebibyte. */
    public Optional<byte[]> answer(IdempotencyKey key) {
        return transactions
                .attempt(connection -> Entries.answer(connection, sql, key))
                .orFail(UNREADABLE);
    }

    /**
     * Operations in that state, in the order in which they are due.
     *
     * @throws IllegalArgumentException if the limit is less than 1
     */
    public List<OutboxEntry> list(OutboxState state, int most) {
        requireAtLeastOne(most);
        return transactions
                .attempt(connection -> Entries.list(connection, sql, state, most))
                .orFail(UNREADABLE);
    }

    /**
     * How many operations are in that state, counted up to a bound.
     *
     * @throws IllegalArgumentException if the bound is less than 1
     */
    public int count(OutboxState state, int most) {
        requireAtLeastOne(most);
        return transactions
                .attempt(connection -> Entries.count(connection, sql, state, most))
                .orFail(UNREADABLE);
    }

    private static void requireAtLeastOne(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most is at least 1, not " + most);
        }
    }

    /**
     * Sends a parked operation again, with one more hour if its deadline is over. False if it is not parked. If an
     * attempt may have been executed and the server's retention is over, it is parked again at once (C7): find out
     * what happened, and {@link #resolve} it.
     *
     * @throws OutboxException if the database fails; or if it is not known whether it is parked any more
     */
    public boolean retry(IdempotencyKey key) {
        return unpark(key, OutboxState.PENDING, null);
    }

    /**
     * Ends a parked operation after somebody found out what happened. False if it is not parked.
     *
     * @throws OutboxException if the database fails; or if it is not known whether it is parked any more
     */
    public boolean resolve(IdempotencyKey key, String note) {
        return unpark(key, OutboxState.RESOLVED, note);
    }

    private boolean unpark(IdempotencyKey key, OutboxState state, @Nullable String note) {
        return decided(
                connection -> rows.unpark(connection, key, state, note),
                connection -> rows.isUnparked(connection, key, state, note),
                "The operation stays parked",
                "It is not known whether the operation is still parked; look at it, and do the same again");
    }

    /**
     * A change that is made once, and found out about if its commit is not acknowledged: then either it can be made now, or the
     * database has it.
     *
     * @param change false if there is nothing to change
     * @param isMade whether the database has it
     */
    private boolean decided(
            OutboxTransactions.Work<Boolean> change,
            OutboxTransactions.Work<Boolean> isMade,
            String failure,
            String unknown) {
        return transactions.attempt(change).settle(failure, (changed, cause) -> {
            if (!changed) {
                return false;
            }
            Outcome<Boolean> again = transactions.attempt(connection -> change.in(connection) || isMade.in(connection));
            if (again instanceof Outcome.Done<Boolean>(Boolean made)) {
                return made;
            }
            throw OutboxException.uncertain(unknown + ": " + cause.getMessage(), cause);
        });
    }

    /**
     * Deletes operations that ended at least that long ago, at most 500 of them, and returns how many. Pending and
     * parked ones are not among them. Any number of nodes may purge at once.
     *
     * @throws IllegalArgumentException if the age is negative, or over a hundred years
     * @throws OutboxException if the database fails; or if it is not known whether they are deleted, when purging again is safe
     */
    public int purge(Duration age) {
        return purge(ENDED, age);
    }

    /**
     * Deletes operations that have been parked for at least that long, at most 500 of them, and returns how many: for notices, which nobody
     * needs any more then. Of an operation that may have been executed, nothing is left with which somebody could find out. Otherwise as
     * {@link #purge}.
     */
    public int purgeParked(Duration age) {
        return purge(List.of(OutboxState.PARKED), age);
    }

    private int purge(List<OutboxState> states, Duration age) {
        OutboxLimits.AGE.require(age);
        return transactions
                .attempt(connection -> rows.purge(connection, states, age, PURGED_AT_ONCE))
                .settle("Nothing was deleted", (deleted, cause) -> {
                    throw OutboxException.uncertain(
                            "It is not known whether " + deleted + " operations are deleted: " + cause.getMessage()
                                    + ". Purge again, which is safe",
                            cause);
                });
    }

    /** What was taken is said not to be if nobody knows: it is due again after its lease, and its outcome open until then. */
    List<Claimed> claim(int most, Duration lease) {
        return transactions
                .attempt(connection -> {
                    long asked = clock.ticks();
                    List<Claimed> taken = claiming.claim(connection, most, lease);
                    taken.stream().findFirst().ifPresent(one -> clock.read(one.at(), asked));
                    return taken;
                })
                .settle("Nothing was taken", (taken, cause) -> {
                    throw OutboxException.uncertain(
                            "It is not known whether " + taken.size() + " operations were taken: " + cause.getMessage()
                                    + ". If so they are due again after " + lease,
                            cause);
                });
    }

    boolean end(Claimed claimed, DeliveryRound round) {
        return decided(
                connection -> rows.end(connection, claimed, round),
                connection -> rows.isHeld(connection, claimed),
                "The end of a round was not recorded, and it will be repeated",
                "It is not known whether the end of a round is recorded; if not, it will be repeated");
    }

    /** The database's clock, which is right from the first claim on. */
    InstantSource clock() {
        return clock;
    }
}
