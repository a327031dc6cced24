package dev.reprise.store.cassandra;

import java.time.Duration;

/**
 * How long what has ended is still there, unseen. Until then a claim that was still on its way finds it and does not land, and the
 * next claim of the key knows which token it has to go beyond. The clocks of processes, and of servers, must not differ by more.
 */
final class Grace {
    static final Duration LENGTH = Duration.ofMinutes(15);

    private Grace() {}

    /** For how many seconds Cassandra keeps what is to be seen for the given time. */
    static int seconds(Duration seen) {
        return Math.toIntExact(seen.plus(LENGTH).plusSeconds(1).toSeconds());
    }
}
