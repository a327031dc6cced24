package dev.reprise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The process of a database server, which can be killed and started again on its data. */
final class ServerProcess {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final List<String> command;
    private final String url;
    private @Nullable ChildProcess process;

    /** @param url where the server answers once it has started */
    ServerProcess(List<String> command, String url) {
        this.command = List.copyOf(command);
        this.url = url;
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
            try (Connection connection = DriverManager.getConnection(url)) {
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

    /** The running process. */
    synchronized ChildProcess process() {
        if (process == null) {
            throw new IllegalStateException("The server has not been started");
        }
        return process;
    }
}
