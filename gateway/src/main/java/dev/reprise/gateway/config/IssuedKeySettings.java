package dev.reprise.gateway.config;

import dev.reprise.http.KeyIssuer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the keys are made with that the gateway issues (S6).
 *
 * @param secrets the files of one secret, or of two while the first replaces the second
 * @param validity for how long a key may be used. Default: an hour
 */
public record IssuedKeySettings(
        List<Path> secrets, @Nullable Duration validity) {
    private static final Duration VALIDITY = Duration.ofHours(1);

    /** @throws IllegalArgumentException if there is no secret */
    public IssuedKeySettings {
        if (secrets == null || secrets.isEmpty()) {
            throw new IllegalArgumentException(
                    "secrets is missing; name a file of at least " + KeyIssuer.MIN_SECRET_LENGTH + " random bytes");
        }
    }

    /**
     * Reads the secrets.
     *
     * @throws ConfigException if a file of them cannot be used; the message says what to change
     */
    KeyIssuer complete() {
        List<byte[]> read = new ArrayList<>();
        for (int i = 0; i < secrets.size(); i++) {
            try {
                read.add(SecretFiles.bytes("issued-keys.secrets", secrets.get(i)));
            } catch (ConfigException e) {
                throw e.at("/issued-keys/secrets/" + i);
            }
        }
        try {
            return new KeyIssuer(read, validity == null ? VALIDITY : validity);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("issued-keys: " + e.getMessage(), e).at("/issued-keys");
        }
    }
}
