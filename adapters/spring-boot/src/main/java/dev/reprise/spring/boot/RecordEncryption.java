package dev.reprise.spring.boot;

import dev.reprise.encryption.Encryption;
import dev.reprise.encryption.Keyring;
import dev.reprise.encryption.LocalKeyring;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.TransactionalStore;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** What stands between engines and stores: encryption, if the application has keys; otherwise it sees to it that nothing encrypted is replayed. */
final class RecordEncryption {
    private final Encryption encryption;

    private RecordEncryption(Encryption encryption) {
        this.encryption = encryption;
    }

    /** A bean of the application counts more than the properties do. */
    static RecordEncryption of(ObjectProvider<Keyring> keyrings, EncryptionProperties properties) {
        Keyring keyring = keyrings.getIfUnique();
        List<Keyring> beans = keyrings.stream().toList();
        if (keyring == null && !beans.isEmpty()) {
            throw Mistakes.noChoice(
                    "Keyring", beans.stream().map(Keyring::toString).toList());
        }
        if (keyring == null) {
            keyring = keyring(properties);
        }
        if (keyring == null) {
            if (properties.refusePlain()) {
                throw Mistakes.noKeys();
            }
            return new RecordEncryption(Encryption.none());
        }
        Encryption encryption = Encryption.with(keyring);
        return new RecordEncryption(properties.refusePlain() ? encryption.refusingPlain() : encryption);
    }

    private static @Nullable Keyring keyring(EncryptionProperties properties) {
        try {
            if (properties.keyFile() != null && properties.keys() != null) {
                throw new IllegalArgumentException("key-file and keys are both set; remove one of them.");
            }
            if (properties.keyFile() != null) {
                return LocalKeyring.ofFile(properties.keyFile());
            }
            return properties.keys() == null ? null : LocalKeyring.of(properties.keys());
        } catch (IllegalArgumentException e) {
            throw Mistakes.wrongKeys(e);
        }
    }

    OperationStore over(OperationStore store) {
        return encryption.over(store);
    }

    <T> TransactionalStore<T> over(TransactionalStore<T> store) {
        return encryption.over(store);
    }

    <T> ResumableStore<T> over(ResumableStore<T> store) {
        return encryption.over(store);
    }
}
