package dev.reprise.gateway.config;

import java.nio.file.Path;

/** Where the records are. */
public sealed interface StoreLocation {
    /**
     * In a folder of this machine, of one gateway at a time.
     *
     * @param path the folder
     */
    record Folder(Path path) implements StoreLocation {
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
