package dev.reprise.store.jdbc;

import dev.reprise.OperationId;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.spi.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps records in the database of the business, in its transactions.
 *
 * <p>What holds an operation until its transaction ends depends on the database; none of it is written, and no claim waits
 * for the unique index:
 *
 * <ul>
 *   <li>PostgreSQL: an advisory lock of the transaction, on 64 bits of the operation's hash.
 *   <li>MariaDB, MySQL, H2: a row of a table with 65,536 of them, locked for update.
 *   <li>SQLite: the one place for a transaction that writes. So transactions run one after the other, and a claim waits for
 *       its turn as long as the connection's busy timeout.
 * </ul>
 *
 * <p>Two operations that share a lock make each other busy for a moment, and nothing worse. Thread-safe; the connections
 * for {@link #purgeExpired} come from a pool, which stays the caller's to close.
 */
public final class JdbcTransactionalStore implements TransactionalStore<Connection> {
    private static final int PURGE_AT_ONCE = 200;

    /** How long a claim, which waits for nobody, may take on a server that is silent. */
    private static final Duration CLAIM = Duration.ofSeconds(10);

    private final ConnectionWatchdog commits = new ConnectionWatchdog(JdbcTransactions.COMMIT);
    private final ConnectionWatchdog claims = new ConnectionWatchdog(CLAIM);
    private final ShortConnections connections;
    private final Statements statements;
    private final Admission admission;

    private final JdbcDatabase database;
    private final @Nullable FinishedCache cache;

    private JdbcTransactionalStore(JdbcDatabase database, @Nullable FinishedCache cache) {
        this.database = database;
        this.cache = cache;
        this.connections =
                new ShortConnections(database.source(), database.dialect().networked(), claims);
        this.statements = database.statements();
        this.admission = new Admission(database);
    }

    /**
     * Looks at the database and opens a store on it. Embedded databases get the schema if they have none.
     *
     * @throws StoreException if the database cannot be reached, is not supported, or has not the schema or the privileges;
     *     the message says what to do
     */
    public static JdbcTransactionalStore open(DataSource source, TableName table) {
        return on(JdbcDatabase.open(source, table));
    }

    /** Opens a store without looking at the database again. */
    public static JdbcTransactionalStore on(JdbcDatabase database) {
        return new JdbcTransactionalStore(database, null);
    }

    /**
     * This store with a cache of finished records, which answers retries without a transaction from the second one on. Needs
     * Caffeine.
     *
     * @param bytes about how much memory it may take; 0 for none
     */
    public JdbcTransactionalStore withCache(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("A cache has at least 0 bytes, not " + bytes);
        }
        return withCache(bytes, System::nanoTime);
    }

    /** @param nanoTime by which the database's time goes on in the cache (S28) */
    JdbcTransactionalStore withCache(long bytes, LongSupplier nanoTime) {
        return new JdbcTransactionalStore(database, bytes == 0 ? null : new FinishedCache(bytes, nanoTime));
    }

    @Override
    public Optional<Claimed.Existing> known(OperationId id) {
        Acquisition.Existing found = cache == null ? null : cache.find(id);
        return found == null ? Optional.empty() : Optional.of(new Claimed.Existing(found.record(), found.now()));
    }

    @Override
    public void remember(Claimed.Existing found) {
        if (cache != null) {
            cache.add(new Acquisition.Existing(found.record(), found.now()), cache.erasures());
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the connection is closed, in auto-commit mode or read-only, if a statement has
     *     failed in its transaction, or if it is one to another database or schema than the store's
     */
    @Override
    public Claimed claim(Connection transaction, OperationId id) {
        admission.requireTransaction(transaction, id);
        try {
            return connections.networked()
                    ? claims.atMost(transaction, open -> claimOn(open, id))
                    : claimOn(transaction, id);
        } catch (SQLException e) {
            if (Faults.isBroken(e)) {
                throw new IllegalArgumentException(
                        "A statement has failed in the transaction of " + id + " before: roll it back", e);
            }
            throw Faults.exception("claim " + id, e);
        }
    }

    private Claimed claimOn(Connection transaction, OperationId id) throws SQLException {
        RowKey key = RowKey.of(id);
        try {
            Statements.Held held = statements.claim(transaction, key);
            admission.requireHome(transaction, held.home());
            return claimed(id, held.found().get(key));
        } catch (Statements.BusyException e) {
            return new Claimed.Busy();
        }
    }

    private static Claimed claimed(OperationId id, Acquisition.@Nullable Existing found) {
        if (found == null) {
            return new Claimed.Free();
        }
        if (!found.record().id().equals(id)) {
            throw new StoreException(id + " and " + found.record().id() + " have the same hash; use another key", null);
        }
        return new Claimed.Existing(found.record(), found.now());
    }

    @Override
    public Claimed look(OperationId id) {
        try {
            return connections.write(connection -> statements.freshly(connection, open -> claimOn(open, id)));
        } catch (SQLException e) {
            throw Faults.exception("look " + id + " up", e);
        }
    }

    @Override
    public void record(
            Connection transaction,
            OperationId id,
            RequestFingerprint fingerprint,
            Response response,
            Duration retention) {
        admission.requireTransaction(transaction, id);
        try {
            statements.record(transaction, id, fingerprint, response, RecordRows.micros(retention));
        } catch (SQLException e) {
            throw atRecord(id, e);
        }
    }

    @Override
    public void recordAndCommit(
            Transactions.Transaction<Connection> transaction,
            OperationId id,
            RequestFingerprint fingerprint,
            Response response,
            Duration retention) {
        if (transaction.worksAtCommit()) {
            record(transaction.handle(), id, fingerprint, response, retention);
        } else {
            admission.requireTransaction(transaction.handle(), id);
            recordAndCommit(transaction.handle(), id, fingerprint, response, RecordRows.micros(retention));
        }
        try {
            // Where it was committed with the record, this gives the connection back and sends nothing.
            transaction.commit();
        } catch (StoreException e) {
            throw e.getCause() instanceof SQLException cause ? atCommit(id, cause) : e;
        }
    }

    private void recordAndCommit(
            Connection transaction, OperationId id, RequestFingerprint fingerprint, Response response, long retention) {
        try {
            commits.atMost(transaction, connection -> {
                statements.recordAndCommit(connection, id, fingerprint, response, retention);
                return connection;
            });
        } catch (SQLException e) {
            throw statements.commitsWithRecord() ? atCommit(id, e) : atRecord(id, e);
        }
    }

    /** The record was refused, and the commit not sent. */
    private StoreException atRecord(OperationId id, SQLException e) {
        if (statements.isRecorded(e)) {
            return NotCommittedException.recordedMeanwhile(id, e);
        }
        Failure meaning = switch (Faults.kind(e)) {
            case CONFLICT -> Failure.RETRY;
            case LOST -> Failure.UNKNOWN;
            case CONSTRAINT, BROKEN -> Failure.REFUSED;
            case PATIENCE, OTHER -> Faults.isBroken(e) ? Failure.REFUSED : Failure.OTHER;
        };
        return new NotCommittedException(Faults.text("record " + id, e), e, meaning);
    }

    /** Nothing is guessed of a commit: unless the database says that it rolled back, somebody has to look (S29). */
    private StoreException atCommit(OperationId id, SQLException e) {
        if (statements.commitsWithRecord() && statements.isRecorded(e)) {
            return NotCommittedException.recordedMeanwhile(id, e);
        }
        Failure meaning = switch (Faults.kind(e)) {
            case CONFLICT -> Failure.RETRY;
            case LOST -> Failure.UNKNOWN;
            case CONSTRAINT, BROKEN -> Failure.REFUSED;
            case PATIENCE, OTHER -> !statements.hasRolledBack(e) ? Failure.UNKNOWN : rolledBackFor(e);
        };
        return new NotCommittedException(Faults.text("commit " + id, e), e, meaning);
    }

    private static Failure rolledBackFor(SQLException e) {
        return Faults.isOfTheServer(e) && !Faults.isBroken(e) ? Failure.OTHER : Failure.REFUSED;
    }

    @Override
    public Failure diagnose(Throwable failure) {
        if (failure instanceof NotCommittedException known) {
            return known.meaning();
        }
        return switch (Faults.kind(failure)) {
            case CONFLICT -> Failure.RETRY;
            case LOST -> Failure.UNKNOWN;
            case CONSTRAINT, BROKEN -> Failure.REFUSED;
            case PATIENCE, OTHER -> Failure.OTHER;
        };
    }

    @Override
    public int purgeExpired(int limit) {
        int purged = 0;
        try {
            while (purged < limit) {
                // In small portions, so that other writes get their turn in between.
                int portion = Math.min(limit - purged, PURGE_AT_ONCE);
                int deleted = connections.write(connection -> statements.purge(connection, portion));
                purged += deleted;
                if (deleted < portion) {
                    break;
                }
            }
            return purged;
        } catch (SQLException e) {
            throw Faults.exception("delete expired records", e);
        }
    }
}
