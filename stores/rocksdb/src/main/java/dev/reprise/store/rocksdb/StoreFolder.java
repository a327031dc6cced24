package dev.reprise.store.rocksdb;

import dev.reprise.spi.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder that is known to be a store of ours, and which no other process has open. */
final class StoreFolder implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final String DATABASE = "db";

    private final Path path;
    private final FileChannel lockFile;
    private final Marker marker;

    private StoreFolder(Path path, FileChannel lockFile, Marker marker) {
        this.path = path;
        this.lockFile = lockFile;
        this.marker = marker;
    }

    /**
     * Takes the folder into use, creating it where needed.
     *
     * @throws StoreException if it is in use, foreign, damaged, of a newer release, or not writable; the message says which
     */
    static StoreFolder open(Path path) {
        try {
            Files.createDirectories(path);
            if (!Marker.isIn(path)) {
                rejectForeign(path);
            }
            FileChannel lockFile = FileChannel.open(
                    path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                lock(path, lockFile);
                return new StoreFolder(path, lockFile, Marker.open(path, path.resolve(LOCK), Loss.isAcceptedIn(path)));
            } catch (Throwable e) {
                lockFile.close();
                throw e;
            }
        } catch (FileAlreadyExistsException e) {
            throw new StoreException(path + " is a file; choose a folder for the store", e);
        } catch (AccessDeniedException e) {
            throw new StoreException("The store folder " + path + " is not writable: check who owns it", e);
        } catch (IOException e) {
            throw new StoreException("The store folder " + path + " cannot be used: " + reason(e), e);
        }
    }

    /** The Java platform often says no more than the name of the file. */
    private static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException gone -> "there is no folder " + gone.getFile() + ", and it cannot be made";
            case FileSystemException file when file.getReason() != null -> file.getFile() + ": " + file.getReason();
            default -> failure.toString();
        };
    }

    private static void rejectForeign(Path path) throws IOException {
        boolean accepted = Loss.isAcceptedIn(path);
        try (Stream<Path> entries = Files.list(path)) {
            entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !isOurs(name, accepted))
                    .findAny()
                    .ifPresent(stranger -> {
                        throw new StoreException(
                                "The folder " + path + " holds " + stranger
                                        + " and no Reprise store: choose an empty or a new folder. If it was a store, put"
                                        + " back its file reprise-store; " + Loss.howToAccept(path),
                                null);
                    });
        }
    }

    /** What a first opening that was cut short leaves behind is no stranger. */
    private static boolean isOurs(String name, boolean accepted) {
        return name.equals(LOCK) || Marker.isNamed(name) || Loss.isNamed(name) || (accepted && name.equals(DATABASE));
    }

    private static void lock(Path path, FileChannel lockFile) throws IOException {
        @Nullable FileLock lock;
        try {
            lock = lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new StoreInUseException("The store in " + path
                    + " is in use by another process: stop that one, or choose another store folder");
        }
    }

    Path path() {
        return path;
    }

    /** Where the database lives. */
    Path database() {
        return path.resolve(DATABASE);
    }

    Marker marker() {
        return marker;
    }

    @Override
    public String toString() {
        return path.toString();
    }

    @Override
    public void close() {
        if (!lockFile.isOpen()) {
            return;
        }
        try (lockFile;
                marker) {
            marker.makeDurable();
        } catch (IOException e) {
            throw new StoreException("The store folder " + path + " could not be given back", e);
        }
    }
}
