package dev.reprise.testkit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Programs whose clock is ahead or behind, by {@code libfaketime} (Debian's package of that name, 0.9.10). What they measure, such as how
 * long they wait, is left alone.
 */
public final class ShiftedClock {
    private static final Path LIBRARIES = Path.of("/usr/lib");

    private ShiftedClock() {}

    /** Why no clock can be set here; empty if one can. */
    public static Optional<String> unavailable() {
        return library().isEmpty()
                ? Optional.of("libfaketime, which sets the clock of a process, is not installed here")
                : Optional.empty();
    }

    private static Optional<Path> library() {
        if (!Files.isDirectory(LIBRARIES)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(LIBRARIES, "*-linux-gnu*")) {
            for (Path folder : folders) {
                Path library = folder.resolve("faketime").resolve("libfaketimeMT.so.1");
                if (Files.isRegularFile(library)) {
                    return Optional.of(library);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * What starts a program with such a clock.
     *
     * @param ahead by how much it is ahead; negative if it is behind
     * @param command starts it
     */
    static List<String> command(Duration ahead, List<String> command) {
        List<String> shifted = new ArrayList<>(List.of(
                "env",
                "LD_PRELOAD=" + library().orElseThrow(),
                "FAKETIME=" + (ahead.isNegative() ? "" : "+") + ahead.toSeconds(),
                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                // Otherwise threads of Java 17 do not wait at all: times that are left alone are shifted back all the
                // same.
                "FAKETIME_FORCE_MONOTONIC_FIX=0",
                "NO_FAKE_STAT=1"));
        shifted.addAll(command);
        return shifted;
    }
}
