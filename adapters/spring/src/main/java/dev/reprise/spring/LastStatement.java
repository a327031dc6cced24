package dev.reprise.spring;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * Runs a statement behind whatever else works before the commit. If one of those has failed and somebody has hidden it, PostgreSQL
 * refuses this one; its commit would roll back, and return as if it had not.
 */
final class LastStatement implements TransactionSynchronization {
    private static final String NOTHING = "SELECT 1";

    private final Connection connection;

    LastStatement(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void beforeCommit(boolean readOnly) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(NOTHING);
        } catch (SQLException e) {
            throw new UncategorizedSQLException("look at the transaction before its commit", NOTHING, e);
        }
    }
}
