package dev.reprise.spring;

import dev.reprise.spi.StoreException;
import dev.reprise.spi.Transactions.Transaction;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** A transaction of Spring, on the thread that began it. */
final class SpringTransaction implements Transaction<Connection>, TransactionSynchronization {
    private static final Logger LOG = System.getLogger(SpringTransaction.class.getName());

    private final Thread owner = Thread.currentThread();
    private final PlatformTransactionManager manager;
    private final TransactionStatus status;
    private final Connection connection;
    private boolean ended;
    private boolean committed;

    SpringTransaction(PlatformTransactionManager manager, TransactionStatus status, Connection connection) {
        this.manager = manager;
        this.status = status;
        this.connection = connection;
    }

    @Override
    public Connection handle() {
        return connection;
    }

    @Override
    public boolean isRollbackOnly() {
        return status.isRollbackOnly();
    }

    @Override
    public boolean boundToThread() {
        return true;
    }

    /** JPA writes at the commit, and whoever has registered a synchronization may. Plain JDBC only commits. */
    @Override
    public boolean worksAtCommit() {
        return !(manager instanceof DataSourceTransactionManager)
                || !TransactionSynchronizationManager.isSynchronizationActive()
                || TransactionSynchronizationManager.getSynchronizations().size() > 1;
    }

    /** What is to be done after the commit may fail, which does not undo it. */
    @Override
    public void commit() {
        if (!Thread.currentThread().equals(owner)) {
            throw new IllegalStateException(
                    "A transaction of Spring ends on the thread that began it, " + owner.getName());
        }
        end();
        try {
            if (worksAtCommit()) {
                TransactionSynchronizationManager.registerSynchronization(new LastStatement(connection));
            }
            manager.commit(status);
        } catch (RuntimeException e) {
            if (!committed) {
                throw new StoreException("The transaction could not be committed: " + e.getMessage(), e);
            }
            LOG.log(Level.ERROR, "The transaction is committed, and what was to be done after it failed", e);
        }
    }

    /** The handler has done its work. */
    private void end() {
        ended = true;
        TransactionSynchronizationManager.unbindResourceIfPossible(SpringTransaction.class);
    }

    @Override
    public void afterCompletion(int outcome) {
        committed = outcome == STATUS_COMMITTED;
    }

    @Override
    public void close() {
        if (!ended && !Thread.currentThread().equals(owner)) {
            LOG.log(
                    Level.ERROR,
                    "A transaction was to be rolled back by a thread that it does not belong to, and stays open: "
                            + owner.getName());
        } else if (!ended) {
            end();
            try {
                manager.rollback(status);
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "The transaction could not be rolled back, and ends with its connection", e);
            }
        }
    }
}
