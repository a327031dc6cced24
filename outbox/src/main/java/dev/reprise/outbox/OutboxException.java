package dev.reprise.outbox;

/** The database of an outbox failed, or cannot hold one. Nothing was half done. */
public final class OutboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean uncertain;

    private OutboxException(String message, Throwable cause, boolean uncertain) {
        super(message, cause);
        this.uncertain = uncertain;
    }

    OutboxException(String message, Throwable cause) {
        this(message, cause, false);
    }

    OutboxException(String message) {
        super(message);
        this.uncertain = false;
    }

    /** Nobody knows whether it was done, as the database has not acknowledged its commit. */
    static OutboxException uncertain(String message, Throwable cause) {
        return new OutboxException(message, cause, true);
    }

    /** Whether the change may have been made, and the outbox could not find out. */
    public boolean uncertain() {
        return uncertain;
    }
}
