package dev.reprise.conformance.command;

import dev.reprise.conformance.client.ClientProgram;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client that is started by a command line. Its output is read when something is wrong. */
final class CommandProgram implements ClientProgram {
    private static final int SHOWN = 400;

    private final List<String> command;

    CommandProgram(List<String> command) {
        this.command = List.copyOf(command);
    }

    @Override
    public Ended run(URI address, Duration atMost) throws InterruptedException {
        Path output;
        try {
            output = Files.createTempFile("reprise-check-client", ".out");
        } catch (IOException e) {
            return new Ended(true, "There is no place for its output: " + e.getMessage());
        }
        try {
            Process process = start(address, output);
            boolean inTime = process.waitFor(atMost.toNanos(), TimeUnit.NANOSECONDS);
            end(process);
            return new Ended(inTime, said(inTime ? "It ended with " + process.waitFor() : "It did not end", output));
        } catch (IOException e) {
            return new Ended(true, "It cannot be started: " + e.getMessage());
        } finally {
            delete(output);
        }
    }

    private Process start(URI address, Path output) throws IOException {
        List<String> words = new ArrayList<>();
        for (String word : command) {
            words.add(word.replace("{url}", address.toString()).replace("{port}", Integer.toString(address.getPort())));
        }
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("REPRISE_URL", address.toString());
        builder.environment().put("REPRISE_PORT", Integer.toString(address.getPort()));
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /** With everything that it has started. */
    private static void end(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.waitFor();
    }

    private static String said(String how, Path output) throws IOException {
        String text = Files.readString(output).replaceAll("\\s+", " ").strip();
        if (text.isEmpty()) {
            return how + " and said nothing";
        }
        return how + " and said: " + (text.length() <= SHOWN ? text : "…" + text.substring(text.length() - SHOWN));
    }

    private static void delete(Path output) {
        try {
            Files.deleteIfExists(output);
        } catch (IOException e) {
            // It is a temporary file.
        }
    }
}
