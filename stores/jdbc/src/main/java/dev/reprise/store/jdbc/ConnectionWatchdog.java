package dev.reprise.store.jdbc;

import dev.reprise.spi.support.Call;
import dev.reprise.spi.support.TimeLimit;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How long a server may be silent before its connection is broken off, so that whoever waits gets an exception. Not a
 * network timeout: that makes each read a timed wait, which costs a virtual thread a good part of a transaction.
 * Thread-safe.
 */
final class ConnectionWatchdog {
    private final TimeLimit limit;

    ConnectionWatchdog(Duration limit) {
        this.limit = new TimeLimit(limit);
    }

    /** Does work with a connection, which is broken off if that takes too long; then it is of no use any more. */
    <R> R atMost(Connection connection, ShortConnections.Work<R> work) throws SQLException {
        Watched watched = new Watched(connection);
        limit.watch(watched);
        try {
            return work.on(connection);
        } finally {
            if (!watched.endedInTime()) {
                // It is broken off by now or in a moment, which must not meet whoever gets the connection next.
                ConnectionReturn.breakOff(connection);
            }
        }
    }

    private static final class Watched extends Call<Boolean> {
        private final Connection connection;
        private final AtomicBoolean ended = new AtomicBoolean();

        private Watched(Connection connection) {
            this.connection = connection;
        }

        private boolean endedInTime() {
            boolean first = ended.compareAndSet(false, true);
            answer(first);
            return first;
        }

        /** Breaks it off on a thread of its own: drivers may take long for it, and who watches has others to watch. */
        @Override
        public void fail(Throwable late) {
            super.fail(late);
            if (ended.compareAndSet(false, true)) {
                Thread.ofPlatform()
                        .daemon()
                        .name("reprise-jdbc-breaker")
                        .start(() -> ConnectionReturn.breakOff(connection));
            }
        }
    }
}
