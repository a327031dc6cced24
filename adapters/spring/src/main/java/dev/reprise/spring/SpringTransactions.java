package dev.reprise.spring;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Joined;
import dev.reprise.JoinedExecution;
import dev.reprise.Operation;
import dev.reprise.Outcome;
import dev.reprise.Response;
import dev.reprise.TransactionalEngine;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.jta.JtaTransactionManager;
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
     * @throws IllegalArgumentException if it is one of JTA: some return from a commit that never came to the database, and then an answer
     *     would go out without its record (S19)
     */
    public static SpringTransactions of(PlatformTransactionManager manager, DataSource source) {
        if (manager instanceof JtaTransactionManager) {
            throw new IllegalArgumentException(
                    "Transactions of JTA cannot record answers, since some of them say that they have committed when they"
                            + " have not: give the DataSource a transaction manager of its own, such as JdbcTransactionManager"
                            + " or JpaTransactionManager, or choose the leased guarantee");
        }
        return new SpringTransactions(manager, source);
    }

    /** Whether the thread works in a transaction in which an answer will be recorded. */
    public static boolean isOpenHere() {
        return TransactionSynchronizationManager.hasResource(SpringTransaction.class);
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
            TransactionSynchronizationManager.bindResource(SpringTransaction.class, transaction);
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

    /**
     * What works in the transaction of the caller.
     *
     * @param <E> what it throws to roll back
     */
    @FunctionalInterface
    public interface Work<E extends Exception> {
        /** Does the work, and returns what is recorded and replayed. */
        Outcome.Answered run() throws E;
    }

    /**
     * Executes an operation in the transaction that the thread has, if this caller may, and returns the answer. It counts once that
     * transaction has committed: if it is rolled back, the work and the record are gone together. A duplicate is not waited for.
     *
     * <p>Work that throws marks the whole transaction to be rolled back, as a participant of Spring's does.
     *
     * @throws IllegalStateException if the manager is not that of the database
     * @throws TransactionException if the thread has no transaction
     */
    public <E extends Exception> Answer join(TransactionalEngine<Connection> engine, Operation operation, Work<E> work)
            throws E {
        TransactionStatus part =
                manager.getTransaction(new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_MANDATORY));
        boolean done = false;
        try {
            Answer answer = switch (engine.join(connectionOfThread(), operation)) {
                case Joined.Answered(Answer known) -> known;
                case JoinedExecution<?> execution -> run(execution, operation, work);
            };
            done = true;
            return answer;
        } catch (SQLException e) {
            throw new StoreException("The connection of the transaction cannot be had: " + e.getMessage(), e);
        } finally {
            if (done) {
                manager.commit(part);
            } else {
                manager.rollback(part);
            }
        }
    }

    private static <E extends Exception> Answer run(JoinedExecution<?> execution, Operation operation, Work<E> work)
            throws E {
        TransactionSynchronizationManager.registerSynchronization(new JoinedEnd(execution));
        Outcome.Answered answered;
        try {
            answered = work.run();
        } catch (Throwable e) {
            execution.record(new Outcome.NotExecuted(new Response(500, Headers.EMPTY, Body.EMPTY)));
            throw e;
        }
        execution.record(answered);
        return new Answer.Fresh(answered.response(), operation.policy().retention());
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
