package dev.reprise.spring;

import dev.reprise.spi.StoreException;
import dev.reprise.spi.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Transactions of a Spring application. What a handler does through {@code JdbcTemplate}, {@code JdbcClient}, JPA, MyBatis, jOOQ or an inner
 * {@code @Transactional} joins the transaction in which its answer is recorded, without knowing of it.
 *
 * <p>The transaction is bound to the thread of the request, as Spring's are: a handler answers on that thread, and what would
 * answer asynchronously is refused. One that is marked rollback-only is rolled back: an answer of 400 and more goes out, and
 * leaves the key free; one that says that something was done is replaced by an error. What runs in another
 * transaction escapes: {@code REQUIRES_NEW}, {@code NOT_SUPPORTED}, other threads, another {@code DataSource}.
 *
 * <p>Thread-safe.
 */
public final class SpringTransactions implements Transactions<Connection> {
    private final PlatformTransactionManager manager;
    private final DataSource source;

    private SpringTransactions(PlatformTransactionManager manager, DataSource source) {
        this.manager = manager;
        this.source = source;
    }

    /**
     * Transactions of that manager.
     *
     * @param source the database of the manager, in which the records are kept as well
     */
    public static SpringTransactions of(PlatformTransactionManager manager, DataSource source) {
        return new SpringTransactions(manager, source);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if the thread has a transaction already, or the manager is not that of the database
     */
    @Override
    public Transaction<Connection> begin() {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException(
                    "A protected request began within a transaction. Whoever begins one, such as a "
                            + "filter, has to come after the idempotency filter");
        }
        TransactionStatus status;
        try {
            status = manager.getTransaction(new DefaultTransactionDefinition());
        } catch (TransactionException e) {
            throw new StoreException("A transaction cannot be opened: " + e.getMessage(), e);
        }
        boolean begun = false;
        try {
            SpringTransaction transaction = new SpringTransaction(manager, status, connectionOfThread());
            TransactionSynchronizationManager.registerSynchronization(transaction);
            begun = true;
            return transaction;
        } catch (SQLException e) {
            throw new StoreException("A transaction cannot be opened: " + e.getMessage(), e);
        } finally {
            if (!begun) {
                manager.rollback(status);
            }
        }
    }

    /** The connection stays with the thread until the transaction ends. */
    private Connection connectionOfThread() throws SQLException {
        // Asked for before, as a connection of any database is the thread's from then on.
        if (!TransactionSynchronizationManager.hasResource(source)) {
            throw new IllegalStateException(
                    "The transaction manager does not open transactions on the DataSource that has the "
                            + "records: give both the same one");
        }
        Connection connection = DataSourceUtils.doGetConnection(source);
        DataSourceUtils.doReleaseConnection(connection, source);
        return connection;
    }
}
