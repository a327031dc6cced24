package dev.reprise.gateway.config;

import dev.reprise.IdempotencyException;
import java.io.Serial;

/** The gateway cannot start as it was told to; the message is one line that says what to change. */
public final class ConfigException extends IdempotencyException {
    @Serial
    private static final long serialVersionUID = 1;

    /** An error that has no other cause. */
    public ConfigException(String message) {
        super(message, null);
    }

    /** An error found by something else. */
    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
