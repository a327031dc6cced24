package dev.reprise.gateway.config;

import dev.reprise.IdempotencyException;
import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The gateway cannot start as it was told to; the message is one line that says what to change. */
public final class ConfigException extends IdempotencyException {
    @Serial
    private static final long serialVersionUID = 1;

    private final @Nullable String setting;

    /** An error that has no other cause. */
    public ConfigException(String message) {
        super(message, null);
        setting = null;
    }

    /** An error found by something else. */
    public ConfigException(String message, Throwable cause) {
        super(message, cause);
        setting = null;
    }

    private ConfigException(String message, Throwable cause, @Nullable String setting) {
        super(message, cause);
        this.setting = setting;
    }

    /**
     * The same error, found in one setting.
     *
     * @param place a JSON Pointer to it, as in {@code /routes/1/name}
     */
    public ConfigException at(String place) {
        return new ConfigException(String.valueOf(getMessage()), this, place);
    }

    /** The same error with where it is in front. */
    ConfigException in(String file) {
        return new ConfigException(file + getMessage(), this, setting);
    }

    /** A JSON Pointer to the setting that is wrong, if it is one. */
    public Optional<String> setting() {
        return Optional.ofNullable(setting);
    }
}
