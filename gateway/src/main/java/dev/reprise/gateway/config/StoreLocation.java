package dev.reprise.gateway.config;

import dev.reprise.IdempotencyException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where the records are. */
public sealed interface StoreLocation {
    /**
     * A place as people write it: the URL of a database, or the folder.
     *
     * @throws IllegalArgumentException if it is the URL of something that keeps no records
     */
    static StoreLocation parse(String text) {
        return text.startsWith("jdbc:") || text.contains("://")
                ? new Database(DatabaseSettings.of(text))
                : new Folder(Path.of(text));
    }

    /**
     * In a folder of this machine, of one gateway at a time.
     *
     * @param path the folder
     */
    record Folder(Path path) implements StoreLocation {
        /**
         * Sees to it that there are records: a folder that is empty would be made a store, which nobody asks for who wants to read
         * one.
         *
         * @throws IdempotencyException if there are none; the message says what to do
         */
        public void requireRecords() {
            if (!Files.isDirectory(path)) {
                throw new IdempotencyException(
                        "There is no store folder " + path + "; name the one that your gateway has", null);
            }
            try (Stream<Path> entries = Files.list(path)) {
                if (entries.findAny().isEmpty()) {
                    throw new IdempotencyException(
                            "The folder " + path + " is empty; name the store of your gateway", null);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("The store folder " + path + " cannot be read: " + Reason.of(e), e);
            }
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * In a database, shared by any number of gateways.
     *
     * @param settings how it is reached, checked and complete
     */
    record Database(DatabaseSettings settings) implements StoreLocation {
        /** The address, which may hold a password behind its question mark. */
        @Override
        public String toString() {
            return settings.url().split("[?;]", 2)[0];
        }
    }
}
