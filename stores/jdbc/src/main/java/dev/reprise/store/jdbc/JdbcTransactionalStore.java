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
import javax.sql.DataSource;

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

    private final Silence silence = new Silence(JdbcTransactions.COMMIT);
    private final Sessions sessions;
    private final Statements statements;

    private JdbcTransactionalStore(DataSource source, TableName table) {
        Dialect dialect = JdbcStore.prepare(source, table);
        this.sessions = new Sessions(source, dialect.networked(), silence);
        this.statements = dialect.statements(table);
    }

    /**
     * Looks at the database and opens a store on it. Embedded databases get the schema if they have none.
     *
     * @throws StoreException if the database cannot be reached, is not supported, or has not the schema or the privileges;
     *     the message says what to do
     */
    public static JdbcTransactionalStore open(DataSource source, TableName table) {
        return new JdbcTransactionalStore(source, table);
    }

    @Override
    public Claimed claim(Connection transaction, OperationId id) {
        Key key = Key.of(id);
        try {
            Acquisition.Existing found = statements.claim(transaction, key).get(key);
            if (found == null) {
                return new Claimed.Free();
            }
            if (!found.record().id().equals(id)) {
                throw new StoreException(
                        id + " and " + found.record().id() + " have the same hash; use another key", null);
            }
            return new Claimed.Existing(found.record(), found.now());
        } catch (Statements.BusyException e) {
            return new Claimed.Busy();
        } catch (SQLException e) {
            throw Faults.exception("claim " + id, e);
        }
    }

    @Override
    public void record(
            Connection transaction,
            OperationId id,
            RequestFingerprint fingerprint,
            Response response,
            Duration retention) {
        try {
            statements.record(transaction, id, fingerprint, response, Rows.micros(retention));
        } catch (SQLException e) {
            throw failure(id, e);
        }
    }

    @Override
    public void recordAndCommit(
            Transactions.Transaction<Connection> transaction,
            OperationId id,
            RequestFingerprint fingerprint,
            Response response,
            Duration retention) {
        try {
            silence.atMost(transaction.handle(), connection -> {
                statements.recordAndCommit(connection, id, fingerprint, response, Rows.micros(retention));
                return connection;
            });
        } catch (SQLException e) {
            throw failure(id, e);
        }
        // Where it was committed with the record, this gives the connection back and sends nothing.
        transaction.commit();
    }

    private static StoreException failure(OperationId id, SQLException e) {
        return Faults.duplicate(e) ? new RecordedMeanwhileException(id, e) : Faults.exception("record " + id, e);
    }

    @Override
    public Failure diagnose(Throwable failure) {
        if (failure instanceof RecordedMeanwhileException) {
            return Failure.RETRY;
        }
        return switch (Faults.kind(failure)) {
            case RETRY -> Failure.RETRY;
            case LOST -> Failure.UNKNOWN;
            case OTHER -> Failure.OTHER;
        };
    }

    @Override
    public int purgeExpired(int limit) {
        int purged = 0;
        try {
            while (purged < limit) {
                // In small portions, so that other writes get their turn in between.
                int portion = Math.min(limit - purged, PURGE_AT_ONCE);
                int deleted = sessions.write(connection -> statements.purge(connection, portion));
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
