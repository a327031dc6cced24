package dev.reprise.gateway.config;

import dev.reprise.encryption.Encryption;
import dev.reprise.encryption.LocalKeyring;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How what records keep is encrypted (S35).
 *
 * @param keys the file with the keys, as {@link LocalKeyring} reads it. Default: the environment has them
 * @param plainRecords what happens to records that are not encrypted. Default: they are replayed
 */
public record EncryptionSettings(
        @Nullable Path keys, @Nullable PlainRecords plainRecords) {
    /** The environment variable with keys, for who would rather not have a file. */
    public static final String VARIABLE = "REPRISE_ENCRYPTION_KEYS";

    /** What happens to records that are not encrypted. */
    public enum PlainRecords {
        /** They are replayed, because they are from before. */
        ALLOW,
        /** They are not: somebody may have made them up. */
        REFUSE
    }

    /**
     * What these settings and the environment say; null if both say nothing.
     *
     * @throws ConfigException if the keys cannot be read
     */
    public static @Nullable Encryption complete(@Nullable EncryptionSettings said, Map<String, String> environment) {
        Path file = said == null ? null : said.keys;
        String text = environment.get(VARIABLE);
        if (file == null && text == null) {
            if (said != null) {
                throw new ConfigException("encryption has no keys; name a file, or set " + VARIABLE).at("/encryption");
            }
            return null;
        }
        try {
            Encryption encryption =
                    Encryption.with(file == null ? LocalKeyring.of(String.valueOf(text)) : LocalKeyring.ofFile(file));
            return said != null && said.plainRecords == PlainRecords.REFUSE ? encryption.refusingPlain() : encryption;
        } catch (IllegalArgumentException e) {
            throw file == null
                    ? new ConfigException(VARIABLE + ": " + e.getMessage(), e)
                    : new ConfigException("encryption.keys: " + e.getMessage(), e).at("/encryption/keys");
        }
    }
}
