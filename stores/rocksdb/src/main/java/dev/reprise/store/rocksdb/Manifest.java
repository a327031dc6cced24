package dev.reprise.store.rocksdb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * RocksDB's list of its files, to which it only ever adds.
 *
 * @param path where it is
 * @param number its place among those that there have been
 */
record Manifest(Path path, long number) {
    /** The file that says which one is in use. */
    static final String CURRENT = "CURRENT";

    private static final String PREFIX = "MANIFEST-";

    /** The one that a database in the given folder goes by. */
    static Manifest in(Path database) throws IOException {
        String name = Files.readString(database.resolve(CURRENT), StandardCharsets.ISO_8859_1)
                .strip();
        if (!name.matches(PREFIX + "\\d{1,18}")) {
            throw new IOException("The file " + CURRENT + " is damaged");
        }
        return new Manifest(database.resolve(name), Long.parseLong(name.substring(PREFIX.length())));
    }

    /** How long it is by now; 0 if it is gone. */
    long bytes() {
        return path.toFile().length();
    }
}
