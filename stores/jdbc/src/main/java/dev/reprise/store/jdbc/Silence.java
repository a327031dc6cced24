package dev.reprise.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** How long a server may be silent before its connection is given up. */
final class Silence {
    private Silence() {}

    /** Does work with a connection, which breaks if the server is silent for that long, where the driver can do that. */
    static <R> R atMost(Duration limit, Connection connection, Sessions.Work<R> work) throws SQLException {
        int before = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, Math.toIntExact(limit.toMillis()));
        R result = work.on(connection);
        connection.setNetworkTimeout(Runnable::run, before);
        return result;
    }
}
