package dev.reprise.outbox;

import java.sql.Connection;
import java.sql.SQLException;

/** Where connections come from, as {@code dataSource::getConnection}; each is closed after use. Thread-safe. */
@FunctionalInterface
public interface ConnectionSource {
    /** A connection for the caller alone. */
    Connection open() throws SQLException;
}
