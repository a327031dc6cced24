package dev.reprise.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * A program in its own process, which a test can kill, freeze and thaw. It is killed at the latest when the test
 * closes it or this Java virtual machine ends. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final List<String> output = new ArrayList<>();
    private final Thread killer;
    private boolean outputEnded;

    private ChildProcess(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        killer = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        Thread.ofPlatform().daemon().name("output of " + process.pid()).start(this::readOutput);
    }

    /** Starts any program. */
    public static ChildProcess start(List<String> command) throws IOException {
        return new ChildProcess(command);
    }

    /**
     * Starts a Java program on this virtual machine's Java and class path, and with its {@code -XX} options: one that compiles
     * quickly because it ends soon has children that do, too.
     *
     * @param options more of them, and others
     */
    public static ChildProcess java(Class<?> main, List<String> options, List<String> arguments) throws IOException {
        return new ChildProcess(javaCommand(main, options, arguments));
    }

    static List<String> javaCommand(Class<?> main, List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-XX:"))
                .forEach(command::add);
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(arguments);
        return command;
    }

    private void readOutput() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (output) {
                    output.add(line);
                    output.notifyAll();
                }
            }
        } catch (IOException e) {
            // The process was killed: its output ends here.
        } finally {
            synchronized (output) {
                outputEnded = true;
                output.notifyAll();
            }
        }
    }

    /** What the process has printed so far, including standard error. */
    public List<String> output() {
        synchronized (output) {
            return List.copyOf(output);
        }
    }

    /**
     * Waits for a line that the process prints, or has printed, be it the last before its end.
     *
     * @throws AssertionError if its output ends or the time is over first; the message says which, and has what it printed
     */
    public String awaitLine(Predicate<String> wanted, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        synchronized (output) {
            int seen = 0;
            while (true) {
                for (; seen < output.size(); seen++) {
                    if (wanted.test(output.get(seen))) {
                        return output.get(seen);
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                // A process may be gone before its last line was read: what counts is the end of its output.
                if (left <= 0 || outputEnded) {
                    throw new AssertionError("The line did not come, "
                            + (outputEnded ? "the output ended" : "and more may come, after " + atMost)
                            + "; the process printed:\n" + String.join("\n", output));
                }
                try {
                    output.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("Interrupted while waiting for a line", e);
                }
            }
        }
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process is running. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Kills the process as {@code kill -9} does, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(30));
    }

    /** Asks the process to end as {@code kill -TERM} does, and returns its exit code. */
    public int terminate(Duration atMost) {
        signal("TERM");
        return awaitExit(atMost);
    }

    /** Makes a Java program print what its threads do, as {@code kill -QUIT} does. */
    void printThreads() {
        signal("QUIT");
        awaitLine(line -> line.startsWith("JNI global refs"), Duration.ofSeconds(10));
    }

    /** Freezes the process as {@code kill -STOP} does. */
    public void freeze() {
        signal("STOP");
    }

    /** Lets a frozen process continue. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new AssertionError("kill -" + name + " " + process.pid() + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while signalling", e);
        }
    }

    /**
     * Waits for the end of the process and returns its exit code.
     *
     * @throws AssertionError if it does not end in time
     */
    public int awaitExit(Duration atMost) {
        try {
            CompletableFuture<Process> exit = process.onExit();
            return exit.get(atMost.toMillis(), TimeUnit.MILLISECONDS).exitValue();
        } catch (TimeoutException e) {
            throw new AssertionError("The process did not end; it printed:\n" + String.join("\n", output()), e);
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for the process to end", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException e) {
            // This virtual machine is ending, and the hook is running.
        }
    }
}
