package dev.reprise.testkit;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A {@link ServerProcess} that holds databases, which JDBC reaches. Thread-safe. */
final class DatabaseProcess implements AutoCloseable {
    private final ServerProcess server;
    private final String first;
    private final UnaryOperator<String> urls;
    private final AtomicInteger databases = new AtomicInteger();

    /**
     * A server that is not running yet.
     *
     * @param first the database that is there from the beginning
     * @param urls the address of each database, by its name
     */
    DatabaseProcess(List<String> command, Path folder, String first, UnaryOperator<String> urls) {
        this.first = first;
        this.urls = urls;
        this.server = new ServerProcess(command, folder, this::answers);
    }

    private boolean answers() throws SQLException {
        try (Connection connection = DriverManager.getConnection(urls.apply(first))) {
            return connection.isValid(10);
        }
    }

    /** Starts the server and waits until it answers. */
    void start() {
        server.start();
    }

    /** Kills the server and its children as {@code kill -9} does, and waits until they are gone. */
    void kill() {
        server.kill();
    }

    /** Creates an empty database and returns its name. */
    String newDatabase() {
        String name = "db" + databases.incrementAndGet();
        execute(first, "CREATE DATABASE " + name);
        return name;
    }

    /** Runs statements in a database, each in a transaction of its own. */
    void execute(String database, String... statements) {
        try (Connection connection = DriverManager.getConnection(urls.apply(database));
                Statement statement = connection.createStatement()) {
            for (String one : statements) {
                statement.execute(one);
            }
        } catch (SQLException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
