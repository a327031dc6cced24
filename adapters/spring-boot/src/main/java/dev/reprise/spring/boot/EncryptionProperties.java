package dev.reprise.spring.boot;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How what records keep is encrypted; without keys it is not.
 *
 * @param keyFile The file with the keys, name:key on a line; the last one encrypts, all decrypt.
 * @param keys The keys themselves, for a value that comes from a vault.
 * @param refusePlain Whether records that are not encrypted are refused. Only where no record of before is left.
 */
@ConfigurationProperties("reprise.encryption")
record EncryptionProperties(
        @Nullable Path keyFile,
        @Nullable String keys,
        @DefaultValue("false") boolean refusePlain) {
    /** The keys stay out of logs. */
    @Override
    public String toString() {
        return "EncryptionProperties[keyFile=" + keyFile + ", refusePlain=" + refusePlain + "]";
    }
}
