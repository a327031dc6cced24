package dev.reprise.store.jdbc;

import dev.reprise.spi.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * A database that was looked at and can keep records: it has the schema, the privileges and the settings. Any number of stores
 * can be opened on it without another look. Thread-safe; the pool stays its owner's to close.
 */
public final class JdbcDatabase {
    private final DataSource source;
    private final TableName table;
    private final SqlDialect dialect;
    private final Statements statements;
    private final Home home;

    private JdbcDatabase(DataSource source, TableName table, Connection connection) throws SQLException {
        this.source = source;
        this.table = table;
        this.dialect = SqlDialect.of(connection);
        RequiredSettings.require(connection, dialect);
        new Schema(dialect, table).require(connection);
        Durability.check(connection, dialect);
        this.statements = dialect.statements(table, connection);
        Rehearsal.run(connection, statements);
        this.home = statements.home(connection);
    }

    /**
     * Looks at the database behind a pool of connections. Embedded databases get the schema if they have none, and what is
     * missing of it if they have an older one. Not to be called from a virtual thread.
     *
     * @throws StoreException if the database cannot be reached, is not supported, or has not the schema or the privileges;
     *     the message says what to do
     */
    public static JdbcDatabase open(DataSource source, TableName table) {
        try {
            return new ShortConnections(source, false, new ConnectionWatchdog(JdbcTransactions.COMMIT))
                    .read(connection -> new JdbcDatabase(source, table, connection));
        } catch (SQLException e) {
            throw Faults.exception("open the store in " + table, e);
        }
    }

    DataSource source() {
        return source;
    }

    TableName table() {
        return table;
    }

    SqlDialect dialect() {
        return dialect;
    }

    /** What fits the product. */
    Statements statements() {
        return statements;
    }

    /** Where in it the records are. */
    Home home() {
        return home;
    }
}
