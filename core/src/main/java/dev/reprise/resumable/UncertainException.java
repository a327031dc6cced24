package dev.reprise.resumable;

import dev.reprise.spi.StoreException;
import java.io.Serial;

/** A transaction that may have committed (S29). */
final class UncertainException extends StoreException {
    @Serial
    private static final long serialVersionUID = 1;

    UncertainException(StoreException failure) {
        super("Nobody knows yet whether a transaction was committed: " + failure.getMessage(), failure);
    }
}
