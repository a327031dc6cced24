package dev.reprise.resumable;

import dev.reprise.IdempotencyException;
import java.io.Serial;

/** Ends a run of an operation from within one of its steps. */
final class StopException extends IdempotencyException {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient Ending ending;

    StopException(Ending ending) {
        super("This run of the operation ends here, and the exception is to be let through: " + ending, null);
        this.ending = ending;
    }

    Ending ending() {
        return ending;
    }
}
