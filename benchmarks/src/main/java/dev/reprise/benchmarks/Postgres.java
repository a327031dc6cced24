package dev.reprise.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.store.jdbc.SqlDialect;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A PostgreSQL of the benchmark's own, with its default settings but for the size of its memory: what is committed is on
 * the disk.
 */
final class Postgres implements AutoCloseable {
    private final PostgresServer server;
    private final String database;
    private final HikariDataSource pool;

    Postgres(int connections) {
        server = PostgresServer.start("shared_buffers=1GB", "max_wal_size=8GB", "max_connections=200");
        database = server.newDatabase();
        pool = pool(server.port(), connections);
        run(SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
    }

    /** A pool that connects to the given port, which is the server's or that of somebody in front of it. */
    HikariDataSource pool(int port, int connections) {
        return pool(url().replace(":" + server.port() + "/", ":" + port + "/"), connections);
    }

    static HikariDataSource pool(String url, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(connections);
        return new HikariDataSource(config);
    }

    String url() {
        return server.url(database);
    }

    HikariDataSource pool() {
        return pool;
    }

    int port() {
        return server.port();
    }

    void run(String statements) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(statements);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What one turn cost: the server, and in processor time both the server and this program. */
    record Cost(long commits, long walBytes, long cpuMicros) {
        Cost since(Cost before) {
            return new Cost(commits - before.commits, walBytes - before.walBytes, cpuMicros - before.cpuMicros);
        }
    }

    private static long cpuMicros() {
        ProcessHandle here = ProcessHandle.current();
        return Stream.concat(Stream.of(here), here.descendants())
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .mapToLong(duration -> duration.toNanos() / 1_000)
                .sum();
    }

    Cost cost() {
        // Sessions tell their counts when they are idle, at the latest after a while; those of this one at once.
        return new Cost(
                number("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"),
                number("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"),
                cpuMicros());
    }

    long number(String query) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first column of all rows. */
    List<String> lines(String query) {
        List<String> lines = new ArrayList<>();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return lines;
    }

    @Override
    public void close() {
        pool.close();
        server.close();
    }
}
