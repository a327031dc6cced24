package dev.reprise.store.jdbc;

import dev.reprise.Body;
import dev.reprise.OperationId;
import dev.reprise.OperationType;
import dev.reprise.Owner;
import dev.reprise.spi.Interventions;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.spi.TransactionalStore.Failure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Keeps operations that are carried through in steps in the database of the business, each step in one of its transactions.
 *
 * <p>Claims and finished records are those of {@link JdbcTransactionalStore}, in the same table. Nodes that look for
 * operations to go on with do not wait for one another: rows that somebody has locked are skipped, and on SQLite one looks
 * after the other. Thread-safe; connections for work that is in no transaction of the caller's come from a pool, which stays
 * the caller's to close.
 */
public final class JdbcResumableStore implements ResumableStore<Connection> {
    private final JdbcTransactionalStore records;
    private final ShortConnections connections;
    private final Admission admission;
    private final Statements statements;
    private final ResumableStatements owners;
    private final OperatorStatements others;
    private final JdbcInterventions interventions;

    private JdbcResumableStore(JdbcDatabase database) {
        this.records = JdbcTransactionalStore.on(database);
        this.connections = new ShortConnections(
                database.source(), database.dialect().networked(), new ConnectionWatchdog(JdbcTransactions.COMMIT));
        this.admission = new Admission(database);
        this.statements = database.statements();
        this.owners = new ResumableStatements(statements);
        this.others = new OperatorStatements(statements);
        this.interventions = new JdbcInterventions(connections, statements);
    }

    /**
     * Looks at the database and opens a store on it. Embedded databases get the schema if they have none, and what is missing
     * of it if they have an older one.
     *
     * @throws StoreException if the database cannot be reached, is not supported, or has not the schema or the privileges;
     *     the message says what to do
     */
    public static JdbcResumableStore open(DataSource source, TableName table) {
        return on(JdbcDatabase.open(source, table));
    }

    /** Opens a store without looking at the database again. */
    public static JdbcResumableStore on(JdbcDatabase database) {
        return new JdbcResumableStore(database);
    }

    @Override
    public TransactionalStore<Connection> records() {
        return records;
    }

    @Override
    public Lease start(Connection transaction, Opening opening, List<Step> steps) {
        return start(transaction, opening, steps, false);
    }

    @Override
    public Lease startLast(Connection transaction, Opening opening, List<Step> steps) {
        return start(transaction, opening, steps, owners.mayCommitWith(steps));
    }

    private Lease start(Connection transaction, Opening opening, List<Step> steps, boolean commit) {
        return inTransaction(
                transaction,
                opening.id(),
                "start",
                commit,
                connection -> owners.start(connection, opening, steps, commit));
    }

    @Override
    public LeaseStatus write(Connection transaction, Lease lease, Progress progress) {
        return write(transaction, lease, progress, false);
    }

    @Override
    public LeaseStatus writeLast(Connection transaction, Lease lease, Progress progress) {
        return write(transaction, lease, progress, owners.mayCommitWith(progress.steps()));
    }

    private LeaseStatus write(Connection transaction, Lease lease, Progress progress, boolean commit) {
        return inTransaction(
                transaction,
                lease.id(),
                "write down how far it has come with",
                commit,
                connection -> owners.write(connection, lease, progress, commit));
    }

    @Override
    public Optional<Lease> takeOver(
            Connection transaction, OperationId id, OperationType type, Owner owner, Duration lease) {
        return inTransaction(
                        transaction,
                        id,
                        "take over",
                        false,
                        connection -> owners.takeOver(connection, id, type, owner, lease))
                .stream()
                .findFirst();
    }

    /**
     * What the unique keys of these tables refuse, somebody else has written meanwhile.
     *
     * @param commit whether it is a commit that may refuse, and other tables
     */
    private <R> R inTransaction(
            Connection transaction, OperationId id, String doing, boolean commit, ShortConnections.Work<R> work) {
        admission.requireTransaction(transaction, id);
        try {
            return connections.networked() ? connections.watchdog().atMost(transaction, work) : work.on(transaction);
        } catch (SQLException e) {
            if (!commit && Faults.kind(e) == Faults.Kind.CONSTRAINT) {
                throw new NotCommittedException(Faults.text(doing + " " + id, e), e, Failure.RETRY);
            }
            throw Faults.exception(doing + " " + id, e);
        }
    }

    @Override
    public List<Lease> takeOver(OperationType type, Supplier<Owner> names, Duration lease, int limit) {
        return write(
                "look for operations of " + type, connection -> owners.takeOver(connection, type, names, lease, limit));
    }

    @Override
    public Optional<Progressing> find(OperationId id) {
        return read("find " + id, connection -> others.find(connection, id));
    }

    @Override
    public Answered answer(OperationId id, String step, Body result) {
        return write("answer " + id, connection -> others.answer(connection, RowKey.of(id), step, result));
    }

    @Override
    public boolean resume(OperationId id) {
        return write("resume " + id, connection -> others.resume(connection, RowKey.of(id)));
    }

    @Override
    public void pause(String type, boolean paused) {
        boolean ignored = write("pause or resume " + type, connection -> {
            others.pause(connection, type, paused);
            return true;
        });
    }

    @Override
    public Set<String> paused() {
        return read("see what is paused", others::paused);
    }

    @Override
    public List<Backlog> backlog() {
        return read("count what could be gone on with", others::backlog);
    }

    @Override
    public Interventions interventions() {
        return interventions;
    }

    private <R> R read(String doing, ShortConnections.Work<R> work) {
        try {
            return connections.read(work);
        } catch (SQLException e) {
            throw Faults.exception(doing, e);
        }
    }

    private <R> R write(String doing, ShortConnections.Work<R> work) {
        try {
            return connections.write(connection -> statements.freshly(connection, work));
        } catch (SQLException e) {
            throw Faults.exception(doing, e);
        }
    }
}
