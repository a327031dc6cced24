package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** Pools on databases of tests, with the schema where nobody else creates it. */
final class Databases {
    /** What tests have left behind that change nothing but rows, by server. */
    private static final Map<Object, Queue<String>> LEFT = new ConcurrentHashMap<>();

    private Databases() {}

    static HikariDataSource postgres(PostgresServer server) {
        HikariDataSource pool = pool(server.url(server.newDatabase()), 10);
        create(pool, SqlDialect.POSTGRESQL);
        return pool;
    }

    static HikariDataSource mariaDb(MariaDbServer server) {
        HikariDataSource pool = pool(server.url(server.newDatabase()), 10);
        create(pool, SqlDialect.MARIADB);
        return pool;
    }

    /** One that another test has {@linkplain #leave left}, without its rows, since making one takes up to a third of a second. */
    static HikariDataSource emptied(PostgresServer server) {
        return emptied(server, () -> postgres(server));
    }

    /** The same on MariaDB. */
    static HikariDataSource emptied(MariaDbServer server) {
        return emptied(server, () -> mariaDb(server));
    }

    private static HikariDataSource emptied(Object server, Supplier<HikariDataSource> anew) {
        String url = left(server).poll();
        if (url == null) {
            return anew.get();
        }
        HikariDataSource pool = pool(url, 10);
        for (String table : List.of("step", "pause", "audit")) {
            execute(pool, "DELETE FROM reprise_operation_" + table);
        }
        execute(pool, "DELETE FROM reprise_operation");
        return pool;
    }

    /** Closes the pool, and lets another test have its database. */
    static void leave(HikariDataSource pool, Object server) {
        pool.close();
        left(server).add(pool.getJdbcUrl());
    }

    private static Queue<String> left(Object server) {
        return LEFT.computeIfAbsent(server, ignored -> new ConcurrentLinkedQueue<>());
    }

    static HikariDataSource h2(String name) {
        return pool("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1", 10);
    }

    static HikariDataSource sqlite(Path folder) {
        return sqlite(folder, "records.db");
    }

    static HikariDataSource sqlite(Path folder, String file) {
        return pool("jdbc:sqlite:" + folder.resolve(file), 10);
    }

    static HikariDataSource pool(String url, int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(5_000);
        return new HikariDataSource(config);
    }

    /** A pool that connects when it is first asked, and gives up soon. */
    static HikariDataSource lazyPool(String url, int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(300);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** Creates the schema by a connection that is closed at once. */
    static void createIn(String url, SqlDialect dialect) {
        try (HikariDataSource pool = pool(url, 1)) {
            create(pool, dialect);
        }
    }

    private static void create(DataSource source, SqlDialect dialect) {
        for (String statement :
                dialect.script(TableName.DEFAULT).replaceAll("(?m)^--.*$", "").split(";\\s*\n", -1)) {
            if (!statement.isBlank()) {
                execute(source, statement);
            }
        }
    }

    static void execute(DataSource source, String sql) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** Lets time go by for a store whose clock is the database's: everything that is written moves into the past. */
    static void elapse(DataSource source, Duration time) {
        long micros = RecordRows.micros(time);
        String never = " > 4000000000000000 THEN ";
        execute(
                source,
                "UPDATE reprise_operation SET created_at = created_at - " + micros + ", ended_at = ended_at - " + micros
                        + ", expires_at = expires_at - " + micros + ", lease_end = CASE WHEN lease_end" + never
                        + "lease_end ELSE lease_end - " + micros + " END, not_before = CASE WHEN not_before" + never
                        + "not_before ELSE not_before - " + micros + " END");
    }

    /** Splits the table of a new PostgreSQL database in two, by hash. */
    static void partition(HikariDataSource pool) {
        execute(pool, "ALTER TABLE reprise_operation RENAME TO plain");
        execute(
                pool,
                "CREATE TABLE reprise_operation (LIKE plain INCLUDING DEFAULTS, PRIMARY KEY (id)) PARTITION BY HASH (id)");
        execute(pool, "CREATE TABLE part_a PARTITION OF reprise_operation FOR VALUES WITH (MODULUS 2, REMAINDER 0)");
        execute(pool, "CREATE TABLE part_b PARTITION OF reprise_operation FOR VALUES WITH (MODULUS 2, REMAINDER 1)");
        execute(pool, "DROP TABLE plain CASCADE");
        execute(pool, "CREATE INDEX reprise_operation_expiry ON reprise_operation (expires_at)");
        execute(pool, "CREATE INDEX reprise_operation_unknown ON reprise_operation (id) WHERE state = 3");
        execute(
                pool,
                "CREATE INDEX reprise_operation_due ON reprise_operation (operation_type, type_version, not_before)"
                        + " WHERE state = 1");
        execute(pool, "CREATE INDEX reprise_operation_type ON reprise_operation (operation_type, state, id)");
    }

    /** The first column of what a query finds. */
    static List<String> texts(DataSource pool, String query) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }

    /** The one number that a query finds. */
    static long number(DataSource pool, String query) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
