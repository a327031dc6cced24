package dev.reprise.store.jdbc;

import dev.reprise.spi.support.Call;
import dev.reprise.spi.support.TimeLimit;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * How long a server may be silent before its connection is broken off, so that whoever waits gets an exception. Not a
 * network timeout: that makes each read a timed wait, which costs a virtual thread a good part of a transaction.
 * Thread-safe.
 */
final class Silence {
    private static final Logger LOG = System.getLogger(Silence.class.getName());

    private final TimeLimit limit;

    Silence(Duration limit) {
        this.limit = new TimeLimit(limit);
    }

    /** Does work with a connection, which is broken off if that takes too long. */
    <R> R atMost(Connection connection, Sessions.Work<R> work) throws SQLException {
        Work watched = new Work(connection);
        limit.watch(watched);
        try {
            return work.on(connection);
        } finally {
            watched.answer(true);
        }
    }

    private static final class Work extends Call<Boolean> {
        private final Connection connection;

        private Work(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void fail(Throwable late) {
            super.fail(late);
            try {
                connection.abort(Thread::startVirtualThread);
            } catch (SQLException e) {
                LOG.log(Level.WARNING, "A connection whose server is silent could not be broken off", e);
            }
        }
    }
}
