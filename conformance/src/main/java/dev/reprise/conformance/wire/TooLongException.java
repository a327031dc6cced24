package dev.reprise.conformance.wire;

import java.io.IOException;
import java.io.Serial;

/** A response body is longer than the checker reads. */
final class TooLongException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    TooLongException(int limit) {
        super("The response body is longer than " + limit + " bytes");
    }
}
