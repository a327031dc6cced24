package dev.reprise.store.jdbc;

import dev.reprise.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * A database that was looked at and can keep records.
 *
 * @param dialect which product it is
 * @param statements that fit it
 * @param home where in it the records are
 */
record Opened(SqlDialect dialect, Statements statements, Home home) {
    /**
     * Looks at a database before a store uses it.
     *
     * @throws StoreException if it cannot be reached or cannot keep records; the message says what to do
     */
    static Opened on(DataSource source, TableName table) {
        try {
            return new ShortConnections(source, false, new ConnectionWatchdog(JdbcTransactions.COMMIT))
                    .read(connection -> on(connection, table));
        } catch (SQLException e) {
            throw Faults.exception("open the store in " + table, e);
        }
    }

    private static Opened on(Connection connection, TableName table) throws SQLException {
        SqlDialect dialect = SqlDialect.of(connection);
        RequiredSettings.require(connection, dialect);
        new Schema(dialect, table).require(connection);
        Durability.check(connection, dialect);
        Statements statements = dialect.statements(table, connection);
        Rehearsal.run(connection, statements);
        return new Opened(dialect, statements, statements.home(connection));
    }
}
