package dev.reprise.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real server on loopback for the tests of a store, which can be killed, started again on its data, frozen and thawed. The folder
 * with its data is deleted when it is closed. Thread-safe.
 */
public final class ServerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final List<String> command;
    private final Path folder;
    private final Probe probe;
    private final Duration startLimit;
    private final boolean java;
    private @Nullable ChildProcess process;

    /** Asks a server something that it can only answer when it is ready. */
    @FunctionalInterface
    public interface Probe {
        /** Whether it is ready; an exception means that it is not. */
        boolean answers() throws Exception;
    }

    /**
     * A server that is not running yet.
     *
     * @param command starts it in the foreground
     * @param folder where its data is
     * @param probe whether it is ready
     */
    public ServerProcess(List<String> command, Path folder, Probe probe) {
        this(command, folder, probe, START);
    }

    /** The same, with another time than a minute that it may take to start. */
    public ServerProcess(List<String> command, Path folder, Probe probe, Duration startLimit) {
        this(command, folder, probe, startLimit, false);
    }

    private ServerProcess(List<String> command, Path folder, Probe probe, Duration startLimit, boolean java) {
        this.command = List.copyOf(command);
        this.folder = folder;
        this.probe = probe;
        this.startLimit = startLimit;
        this.java = java;
    }

    /** The same, for a server in Java: if it does not answer in time, the message has what its threads do, too. */
    static ServerProcess ofJava(List<String> command, Path folder, Probe probe, Duration startLimit) {
        return new ServerProcess(command, folder, probe, startLimit, true);
    }

    /**
     * Starts the server and waits until it answers.
     *
     * @throws AssertionError if it ends, or does not answer in time; the message has what it printed
     */
    public synchronized void start() {
        try {
            ChildProcess started = ChildProcess.start(command);
            process = started;
            awaitAnswer(started);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitAnswer(ChildProcess started) {
        long end = System.nanoTime() + startLimit.toNanos();
        Exception last = null;
        while (started.isAlive() && System.nanoTime() - end < 0) {
            if (Thread.currentThread().isInterrupted()) {
                // Every attempt to connect would fail from now on, and so it would look as if the server did not
                // answer.
                throw new AssertionError("Interrupted while the server started");
            }
            try {
                if (probe.answers()) {
                    return;
                }
            } catch (Exception e) {
                last = e;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new AssertionError(silence(started) + "; it printed:\n" + String.join("\n", started.output()), last);
    }

    /** Why there is no answer, as far as one sees. */
    private String silence(ChildProcess started) {
        if (!started.isAlive()) {
            return "The server ended while it started";
        }
        String spent = ProcessHandle.of(started.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toString)
                .orElse("an unknown part of it");
        if (java) {
            started.printThreads();
        }
        return "The server did not answer within " + startLimit + ", of which it had a processor for " + spent
                + " (load " + ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage() + ")";
    }

    private Stream<ProcessHandle> children() {
        return ProcessHandle.of(running().pid()).stream().flatMap(ProcessHandle::descendants);
    }

    private synchronized ChildProcess running() {
        return Objects.requireNonNull(process, "The server was not started");
    }

    /** Kills the server and its children as {@code kill -9} does, and waits until they are gone. */
    public synchronized void kill() {
        if (process == null) {
            return;
        }
        List<ProcessHandle> children = children().toList();
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

    /** Stops the server as {@code kill -STOP} does: its connections stay open, and nothing answers. */
    public void freeze() {
        running().freeze();
    }

    /** Lets a frozen server go on. */
    public void thaw() {
        running().thaw();
    }

    /** What it has printed since it was started last. */
    public List<String> output() {
        return running().output();
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
