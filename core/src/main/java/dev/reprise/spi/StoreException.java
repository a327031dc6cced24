package dev.reprise.spi;

import dev.reprise.IdempotencyException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The store could not do its work; a requested write may or may not have happened. */
public class StoreException extends IdempotencyException {
    @Serial
    private static final long serialVersionUID = 1;

    /** An exception with a message for the operator. */
    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
