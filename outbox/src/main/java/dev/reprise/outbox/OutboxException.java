package dev.reprise.outbox;

/** The database of an outbox failed, or is not fit to hold one. Nothing was half done. */
public final class OutboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutboxException(String message, Throwable cause) {
        super(message, cause);
    }

    OutboxException(String message) {
        super(message);
    }
}
