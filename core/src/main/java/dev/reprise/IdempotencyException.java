package dev.reprise;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A broken environment or a caller's bug. Expected outcomes, such as a key that is already used, are values and never
 * exceptions.
 */
public class IdempotencyException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /** An exception with a message that says what happened, to which operation, and what to do. */
    public IdempotencyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
