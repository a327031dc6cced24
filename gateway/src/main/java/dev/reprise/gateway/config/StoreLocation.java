package dev.reprise.gateway.config;

import java.nio.file.Path;

/** Where the records are. */
public sealed interface StoreLocation {
    /**
     * Beside the gateway, for it alone.
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
     * In a database, which several gateways may share. Who the gateway is there, the environment says.
     *
     * @param url the address for JDBC
     */
    record Database(String url) implements StoreLocation {
        /** The address without its parameters, among which a password may be. */
        @Override
        public String toString() {
            int parameters = url.indexOf('?');
            return parameters < 0 ? url : url.substring(0, parameters);
        }
    }

    /** A folder, or an address that begins with {@code jdbc:}. */
    static StoreLocation parse(String text) {
        return text.startsWith("jdbc:") ? new Database(text) : new Folder(Path.of(text));
    }
}
