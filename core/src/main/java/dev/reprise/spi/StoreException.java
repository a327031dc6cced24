package dev.reprise.spi;

import dev.reprise.IdempotencyException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The store could not do its work. Unless it says that nothing was done, nobody knows whether the call has happened or is still
 * about to happen.
 */
public class StoreException extends IdempotencyException {
    @Serial
    private static final long serialVersionUID = 1;

    private final boolean nothingDone;
    private final boolean unreadable;

    /** A failure after which nobody knows whether the call has happened, with a message for the operator. */
    public StoreException(String message, @Nullable Throwable cause) {
        this(message, cause, false, false);
    }

    private StoreException(String message, @Nullable Throwable cause, boolean nothingDone, boolean unreadable) {
        super(message, cause);
        this.nothingDone = nothingDone;
        this.unreadable = unreadable;
    }

    /**
     * A failure of a call that has changed nothing, and will not: it never left this process, or the store has refused it. Where
     * there is the least doubt, use the constructor.
     */
    public static StoreException nothingDone(String message, @Nullable Throwable cause) {
        return new StoreException(message, cause, true, false);
    }

    /**
     * There is a record, and what it says cannot be told: it is damaged, or was written by a newer release; its key is missing, or
     * somebody has changed it (S35); or it may still be lost (S19). Nothing was done, and nothing may be executed, whatever is chosen for
     * a store that does not answer.
     */
    public static StoreException unreadable(String message, @Nullable Throwable cause) {
        return new StoreException(message, cause, true, true);
    }

    /** Whether there is a record, of which it cannot be told what it says. */
    public final boolean isUnreadable() {
        return unreadable;
    }

    /** Whether the call has certainly changed nothing, and will not. */
    public final boolean isNothingDone() {
        return nothingDone;
    }
}
