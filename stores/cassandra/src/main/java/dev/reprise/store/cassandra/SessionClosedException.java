package dev.reprise.store.cassandra;

import java.io.Serial;

/** The session of the application did not take a call. */
final class SessionClosedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    SessionClosedException(Throwable cause) {
        super("The session does not take calls: " + cause.getMessage(), cause);
    }
}
