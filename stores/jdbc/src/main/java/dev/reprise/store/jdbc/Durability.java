package dev.reprise.store.jdbc;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Whether what the database acknowledges survives its end, since a record counts from its acknowledgement on (S19).
 * Databases can be set to promise less, which is the administrator's choice to make and not ours to make in silence.
 */
final class Durability {
    private static final Logger LOG = System.getLogger(Durability.class.getName());

    private Durability() {}

    /**
     * Makes H2 write its file with each commit, where by default half a second of commits is lost with the process; and
     * warns of other databases that are set to lose commits.
     */
    static void check(Connection connection, SqlDialect dialect) throws SQLException {
        switch (dialect) {
            case H2 -> writeEachCommit(connection);
            case POSTGRESQL -> {
                warnUnless(connection, "fsync", "SELECT current_setting('fsync')", "on");
                warnUnless(
                        connection, "synchronous_commit", "SELECT current_setting('synchronous_commit') <> 'off'", "t");
            }
            case MARIADB ->
                warnUnless(
                        connection,
                        "innodb_flush_log_at_trx_commit",
                        "SELECT @@innodb_flush_log_at_trx_commit IN (1, 3)",
                        "1");
            case SQLITE -> {
                warnUnless(connection, "synchronous", "PRAGMA synchronous", "2");
                String journal = first(connection, "PRAGMA journal_mode");
                if (journal.equalsIgnoreCase("memory")) {
                    warn("journal_mode=MEMORY");
                }
            }
        }
    }

    private static void writeEachCommit(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // A database in memory takes it, too.
            statement.execute("SET WRITE_DELAY 0");
        } catch (SQLException e) {
            LOG.log(
                    Level.WARNING,
                    "This H2 database may write commits half a second late, and lose them if its process dies, as this user "
                            + "may not SET WRITE_DELAY 0",
                    e);
        }
    }

    private static void warnUnless(Connection connection, String setting, String query, String durable)
            throws SQLException {
        String value = first(connection, query);
        if (!value.equals(durable)) {
            warn(setting);
        }
    }

    private static void warn(String setting) {
        LOG.log(
                Level.WARNING,
                "The database may lose what it has acknowledged when its machine dies, because of its setting "
                        + setting + ": operations can be executed twice then");
    }

    private static String first(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            String value = rows.next() ? rows.getString(1) : null;
            return value == null ? "" : value;
        }
    }
}
