package dev.reprise.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A real file system of a few megabytes, in memory, that a test can fill. A process in its own mount namespace holds
 * it, so no root rights are needed and nothing is left behind; others reach it through that process. Not thread-safe.
 * Linux only; elsewhere the test is aborted.
 */
public final class SmallDisk implements AutoCloseable {
    private static final byte[] MEBIBYTE = new byte[1 << 20];

    private final ChildProcess holder;
    private final Path root;

    private SmallDisk(ChildProcess holder, Path root) {
        this.holder = holder;
        this.root = root;
    }

    /** Mounts it on an empty folder, or aborts the test where that is not permitted. */
    public static SmallDisk mount(Path folder, String size) {
        return hold(folder, "mount -t tmpfs -o size=" + size + " tmpfs \"$1\"");
    }

    /** Shows a folder as one on a disk that is mounted read-only, or aborts the test where that is not permitted. */
    public static SmallDisk readOnly(Path folder) {
        return hold(folder, "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\"");
    }

    private static SmallDisk hold(Path folder, String mounting) {
        String script = mounting + " && echo mounted && exec sleep 1d";
        try {
            ChildProcess holder =
                    ChildProcess.start(List.of("unshare", "-rm", "sh", "-c", script, "sh", folder.toString()));
            try {
                holder.awaitLine("mounted"::equals, Duration.ofSeconds(10));
            } catch (AssertionError e) {
                holder.close();
                return abort("this machine lets nobody mount a file system: " + e.getMessage());
            }
            Path world = Path.of("/proc", Long.toString(holder.pid()), "root");
            return new SmallDisk(holder, world.resolve(Path.of("/").relativize(folder)));
        } catch (IOException e) {
            return abort("this machine has no mount namespaces: " + e.getMessage());
        }
    }

    /** Where everybody finds it. */
    public Path root() {
        return root;
    }

    /** Takes the space that is free, but for as many bytes as are to be left; others may write meanwhile. */
    public void fill(long left) throws IOException {
        Path ballast = Files.createTempFile(root, "ballast", "");
        try (OutputStream out = Files.newOutputStream(ballast)) {
            long free = usableSpace() - left;
            while (free > 0) {
                out.write(MEBIBYTE, 0, (int) Math.min(MEBIBYTE.length, free));
                free = usableSpace() - left;
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    private long usableSpace() {
        return root.toFile().getUsableSpace();
    }

    /** Gives back what {@link #fill} took. */
    public void free() throws IOException {
        try (var ballast = Files.newDirectoryStream(root, "ballast*")) {
            for (Path file : ballast) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() {
        holder.close();
    }
}
