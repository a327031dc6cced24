package dev.reprise.store.rocksdb;

import dev.reprise.spi.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder that is known to be a store of ours, and which no other process has open. */
final class StoreFolder implements AutoCloseable {
    private static final String MARKER = "reprise-store";
    private static final String DRAFT = MARKER + ".new";
    private static final String LOCK = "lock";
    private static final String FIRST_LINE = "Reprise store, format ";
    private static final int FORMAT = 1;

    private final Path folder;
    private final FileChannel lockFile;

    private StoreFolder(Path folder, FileChannel lockFile) {
        this.folder = folder;
        this.lockFile = lockFile;
    }

    /**
     * Takes the folder into use, creating it where needed.
     *
     * @throws StoreException if it is in use, foreign, of a newer release, or not writable; the message says which
     */
    static StoreFolder open(Path folder) {
        try {
            Files.createDirectories(folder);
            rejectForeign(folder);
            FileChannel lockFile = FileChannel.open(
                    folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                lock(folder, lockFile);
                mark(folder);
                return new StoreFolder(folder, lockFile);
            } catch (Throwable e) {
                lockFile.close();
                throw e;
            }
        } catch (FileAlreadyExistsException e) {
            throw new StoreException(folder + " is a file; choose a folder for the store", e);
        } catch (AccessDeniedException e) {
            throw new StoreException("The store folder " + folder + " is not writable: check who owns it", e);
        } catch (IOException e) {
            throw new StoreException("The store folder " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static void rejectForeign(Path folder) throws IOException {
        Path marker = folder.resolve(MARKER);
        if (Files.exists(marker)) {
            String text = Files.readString(marker, StandardCharsets.UTF_8).strip();
            if (!text.startsWith(FIRST_LINE)) {
                throw new StoreException(marker + " does not look like ours: choose another store folder", null);
            }
            String format = text.substring(FIRST_LINE.length());
            if (!format.equals(Integer.toString(FORMAT))) {
                throw new StoreException(
                        "The store in " + folder + " has format " + format + " and this release reads format " + FORMAT
                                + ": run the release that wrote it, or a newer one",
                        null);
            }
            return;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            // What a first opening that was cut short leaves behind is no stranger.
            entries.map(Path::getFileName)
                    .filter(name -> !Set.of(LOCK, DRAFT).contains(name.toString()))
                    .findAny()
                    .ifPresent(stranger -> {
                        throw new StoreException(
                                "The folder " + folder + " holds " + stranger
                                        + " and no Reprise store: choose an empty or a new folder",
                                null);
                    });
        }
    }

    private static void lock(Path folder, FileChannel lockFile) throws IOException {
        @Nullable FileLock lock;
        try {
            lock = lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new StoreInUseException("The store in " + folder
                    + " is in use by another process: stop that one, or choose another store folder");
        }
    }

    private static void mark(Path folder) throws IOException {
        Path marker = folder.resolve(MARKER);
        if (!Files.exists(marker)) {
            Path draft = folder.resolve(DRAFT);
            // Durable before it gets its name, or a power failure could leave a marker that says nothing.
            Files.writeString(
                    draft,
                    FIRST_LINE + FORMAT + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SYNC);
            Files.move(draft, marker);
        }
    }

    /** Where the database lives. */
    Path database() {
        return folder.resolve("db");
    }

    @Override
    public String toString() {
        return folder.toString();
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new StoreException("The lock of the store folder " + folder + " could not be given back", e);
        }
    }
}
