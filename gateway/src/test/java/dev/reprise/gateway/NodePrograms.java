package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The programs in {@code src/test/node}, which call SDKs from the npm registry; where there is Node. */
final class NodePrograms {
    private static final Path SOURCES = Path.of("src/test/node");
    private static final Path INSTALLED = Path.of("target/node");
    /** Where npm writes what it has installed, when it is done. */
    private static final Path DONE = INSTALLED.resolve("node_modules/.package-lock.json");

    private NodePrograms() {}

    /** Installs what the programs need, unless it is there; without Node or the registry, the test is skipped. */
    static synchronized void install() throws Exception {
        assumeTrue(runs("node", "--version") && runs("npm", "--version"), "there is no Node here");
        boolean same = Files.exists(DONE) && Files.mismatch(lock(SOURCES), lock(INSTALLED)) == -1;
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.toList()) {
                Files.write(INSTALLED.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        if (!same) {
            Files.deleteIfExists(DONE);
        }
        assumeTrue(
                same || runs("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"),
                "the SDKs for Node cannot be installed from the npm registry");
    }

    private static Path lock(Path folder) {
        return folder.resolve("package-lock.json");
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            Process process = builder(List.of(command))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean ended = process.waitFor(3, TimeUnit.MINUTES);
            process.destroyForcibly();
            return ended && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static ProcessBuilder builder(List<String> command) throws IOException {
        Files.createDirectories(INSTALLED);
        return new ProcessBuilder(command).directory(INSTALLED.toFile());
    }

    /** Where a program is, for who starts it otherwise. */
    static String path(String program) {
        return INSTALLED.resolve(program).toAbsolutePath().toString();
    }

    /** Starts a program; what it prints beside its answers is shown in the log of the test. */
    static Process start(String program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("node", "--no-warnings", program));
        command.addAll(arguments);
        return builder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** Runs a program to its end: the lines it prints. */
    static List<String> run(String program, List<String> arguments) throws Exception {
        Process process = start(program, arguments);
        try {
            List<String> lines = process.inputReader().lines().toList();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return lines;
        } finally {
            process.destroyForcibly();
        }
    }
}
