package dev.reprise.conformance.check;

import java.io.Serial;

/** The check has asked for all that it may ask for. */
final class LimitReachedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    LimitReachedException(String message) {
        super(message);
    }
}
