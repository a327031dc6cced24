package dev.reprise.testkit.simulation;

import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore.Failure;

/** A failure of a simulated database, of which it is known what it means. */
final class DatabaseException extends StoreException {
    private static final long serialVersionUID = 1;

    private final Failure meaning;

    DatabaseException(Failure meaning, String message) {
        super(message, null);
        this.meaning = meaning;
    }

    static Failure meaning(Throwable failure) {
        return failure instanceof DatabaseException known ? known.meaning : Failure.OTHER;
    }
}
