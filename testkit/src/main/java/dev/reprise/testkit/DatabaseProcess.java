package dev.reprise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A database server on loopback, which can be killed and started again on its data. The folder with its data is deleted when
 * it is closed. Thread-safe.
 */
final class DatabaseProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final List<String> command;
    private final Path folder;
    private final String first;
    private final UnaryOperator<String> urls;
    private final AtomicInteger databases = new AtomicInteger();
    private @Nullable ChildProcess process;

    /**
     * A server that is not running yet.
     *
     * @param first the database that is there from the beginning
     * @param urls the address of each database, by its name
     */
    DatabaseProcess(List<String> command, Path folder, String first, UnaryOperator<String> urls) {
        this.command = List.copyOf(command);
        this.folder = folder;
        this.first = first;
        this.urls = urls;
    }

    /** Starts the server and waits until it answers. */
    synchronized void start() {
        try {
            ChildProcess started = ChildProcess.start(command);
            process = started;
            awaitAnswer(started);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitAnswer(ChildProcess started) {
        long end = System.nanoTime() + START.toNanos();
        while (true) {
            try (Connection connection = DriverManager.getConnection(urls.apply(first))) {
                if (connection.isValid(10)) {
                    return;
                }
            } catch (SQLException e) {
                if (!started.isAlive() || System.nanoTime() - end > 0) {
                    throw new AssertionError(
                            "The server did not start; it printed:\n" + String.join("\n", started.output()), e);
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** Kills the server and its children as {@code kill -9} does, and waits until they are gone. */
    synchronized void kill() {
        if (process == null) {
            return;
        }
        List<ProcessHandle> children = ProcessHandle.of(process.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        process.kill();
        children.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle child : children) {
            try {
                child.onExit().get(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (ExecutionException | TimeoutException e) {
                throw new AssertionError("A process of the killed server goes on", e);
            }
        }
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
        kill();
        try {
            ServerFiles.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
