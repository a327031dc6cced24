package dev.reprise.conformance.check;

import java.io.Serial;

/** An address that the target names beside its own does not answer as the target says. */
final class SettingsException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    SettingsException(String message) {
        super(message);
    }
}
