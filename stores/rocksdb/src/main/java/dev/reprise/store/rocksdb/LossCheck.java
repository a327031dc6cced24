package dev.reprise.store.rocksdb;

import dev.reprise.spi.StoreException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/** Whether a database still holds all that it once held, by the watermark in the marker of its folder. */
final class LossCheck {
    private static final Logger LOG = System.getLogger(LossCheck.class.getName());

    private final StoreFolder folder;
    private final Path database;
    private final Watermark expected;
    private final boolean accepted;

    LossCheck(StoreFolder folder) {
        this.folder = folder;
        database = folder.database();
        expected = folder.marker().watermark();
        accepted = Loss.isAcceptedIn(folder.path());
    }

    /** Whether the database may be made: there has never been one. */
    boolean isFirst() {
        return expected.isNone();
    }

    /**
     * To be called before the database is opened; changes nothing unless a loss is accepted.
     *
     * @param again whether this process has had it open: then the logs are not read an extra time
     * @throws StoreException if something is lost; the message says what to do
     */
    void beforeOpening(boolean again) throws RocksDBException, IOException {
        if (accepted) {
            salvage();
        } else if (!isFirst()) {
            requireFiles();
            if (!again) {
                requireChanges(RocksDatabase.lastChange(database));
            }
        }
    }

    /**
     * To be called when the database is open.
     *
     * @throws StoreException if something is lost; the message says what to do
     */
    void afterOpening(RocksDatabase opened) {
        if (!accepted) {
            requireChanges(opened.lastChange());
        }
    }

    private void requireFiles() throws IOException {
        if (!Files.exists(database)) {
            throw Loss.in(folder.path(), "its folder " + database.getFileName() + " is gone");
        }
        Manifest found = Manifest.in(database);
        // Each opening begins another one. An older one comes with older changes, which are found out too.
        if (found.number() == expected.manifest() && found.bytes() < expected.manifestBytes()) {
            throw Loss.in(folder.path(), "its list of files, " + found.path().getFileName() + ", is cut off");
        }
    }

    private void requireChanges(long last) {
        if (last < expected.change()) {
            throw Loss.in(
                    folder.path(),
                    "its database ends at change " + last + " and has been at " + expected.change()
                            + ", so its last log is gone or cut off, or the database is from an older backup");
        }
    }

    private void salvage() throws RocksDBException, IOException {
        LOG.log(Level.WARNING, "The loss of records in " + folder + " is accepted; going on with what is left");
        try (Stream<Path> files = Files.exists(database) ? Files.list(database) : Stream.empty()) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).toList();
            if (!names.isEmpty() && !names.contains(Manifest.CURRENT)) {
                // RocksDB would begin anew, and delete the files.
                throw new StoreException(
                        "Nothing is left of the database in " + database
                                + " that can be read: move that folder away to go on without its records",
                        null);
            }
        }
        RocksDatabase.salvage(database);
    }
}
