package dev.reprise.store.jdbc;

import dev.reprise.spi.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * Settings of drivers, pools and servers under which records could not be kept as promised: each is refused with its cure
 * when a store opens, and not found out by the first request. The table in {@code docs/jdbc.md} is this class.
 */
final class RequiredSettings {
    private final Connection connection;

    private RequiredSettings(Connection connection) {
        this.connection = connection;
    }

    /** @throws StoreException that says which setting to change */
    static void require(Connection connection, SqlDialect dialect) throws SQLException {
        RequiredSettings settings = new RequiredSettings(connection);
        settings.refuseIf(
                connection.isReadOnly(),
                "the pool hands out read-only connections",
                "give the store a pool whose connections may write");
        settings.refuseIf(
                connection.getTransactionIsolation() == Connection.TRANSACTION_READ_UNCOMMITTED,
                "transactions read what others have not committed, and a response could be replayed that never comes to be",
                "set the isolation level to READ COMMITTED or more");
        switch (dialect) {
            case POSTGRESQL -> settings.requirePostgres();
            case MARIADB -> settings.requireMariaDb();
            case H2 -> settings.requireH2();
            case SQLITE -> settings.requireSqlite();
        }
    }

    private void requirePostgres() throws SQLException {
        refuseIf(
                queriesAreSimple(),
                "preferQueryMode=simple puts values into the text of statements without their types",
                "leave preferQueryMode out; prepareThreshold=0 is enough for poolers that cannot follow prepared statements");
        String encoding = value("SELECT current_setting('server_encoding')");
        refuseIf(
                !encoding.equals("UTF8") && !encoding.equals("SQL_ASCII"),
                "the encoding " + encoding + " has no place for characters that fields of responses may hold",
                "use a database with ENCODING 'UTF8'");
    }

    private boolean queriesAreSimple() throws SQLException {
        try {
            return connection.isWrapperFor(PGConnection.class)
                    && connection.unwrap(PGConnection.class).getPreferQueryMode() == PreferQueryMode.SIMPLE;
        } catch (LinkageError e) {
            // Another driver.
            return false;
        }
    }

    private void requireMariaDb() throws SQLException {
        String mode = value("SELECT @@sql_mode");
        refuseIf(
                ("," + mode + ",").contains(",ORACLE,"),
                "in sql_mode ORACLE the name body is a reserved word",
                "leave ORACLE out of the sql_mode of the store's connections");
        refuseIf(
                ("," + mode + ",").contains(",EMPTY_STRING_IS_NULL,"),
                "in sql_mode EMPTY_STRING_IS_NULL an empty body looks like one that was left out",
                "leave EMPTY_STRING_IS_NULL out of the sql_mode of the store's connections");
        refuseIf(
                !value("SELECT @@completion_type").matches("NO_CHAIN|0"),
                "completion_type makes each commit begin another transaction or end the connection",
                "leave completion_type at NO_CHAIN");
        String charset = value("SELECT @@character_set_connection");
        refuseIf(
                !charset.equals("utf8mb4"),
                "texts are sent in the character set " + charset + ", which loses characters of fields",
                "leave character_set_connection and collation_connection to the driver");
        refuseIf(
                !value("SELECT @@sql_safe_updates").equals("0"),
                "sql_safe_updates refuses statements that are safe",
                "leave sql_safe_updates off");
        refuseIf(
                Long.compareUnsigned(Long.parseUnsignedLong(value("SELECT @@sql_select_limit")), 1_000_000) < 0,
                "sql_select_limit cuts answers short",
                "leave sql_select_limit at its default");
    }

    private void requireH2() throws SQLException {
        String url = connection.getMetaData().getURL();
        refuseIf(
                url.equals("jdbc:h2:mem:") || url.startsWith("jdbc:h2:mem:;"),
                "each connection to a database in memory without a name has a database of its own",
                "name it, as in jdbc:h2:mem:records");
        refuseIf(
                value("SELECT CASE WHEN '' IS NULL THEN 'null' END").equals("null"),
                "empty texts are null, as in MODE=Oracle",
                "use another MODE");
    }

    private void requireSqlite() throws SQLException {
        refuseIf(
                value("SELECT file FROM pragma_database_list WHERE name = 'main'")
                                .isEmpty()
                        && !connection.getMetaData().getURL().contains("cache=shared"),
                "each connection to a database in memory has a database of its own",
                "use a file");
        refuseIf(
                value("PRAGMA journal_mode").equalsIgnoreCase("off"),
                "journal_mode=OFF takes back nothing in a rollback",
                "use journal_mode=WAL");
        refuseIf(
                value("PRAGMA locking_mode").equalsIgnoreCase("exclusive"),
                "locking_mode=EXCLUSIVE shuts out all connections but one",
                "leave locking_mode at NORMAL");
        refuseIf(
                value("PRAGMA read_uncommitted").equals("1"),
                "transactions read what others have not committed, and a response could be replayed that never comes to be",
                "leave read_uncommitted off");
    }

    private String value(String query) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(query);
                ResultSet rows = select.executeQuery()) {
            String value = rows.next() ? rows.getString(1) : null;
            return value == null ? "" : value;
        }
    }

    private void refuseIf(boolean unfit, String why, String cure) {
        if (unfit) {
            throw new StoreException("The database cannot keep records as it is set: " + why + "; " + cure, null);
        }
    }
}
