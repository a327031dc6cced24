package dev.reprise.encryption;

import java.util.Arrays;
import java.util.Objects;

/**
 * The keys that protect the data keys of records (envelope encryption). {@link LocalKeyring} holds them in this process; a service
 * for keys (KMS) stands behind another implementation.
 *
 * <p>Each process makes a data key of its own now and then and has it wrapped once; so {@link #wrap} is called about once an hour,
 * and {@link #unwrap} once for each data key whose records are read. Neither is called on an event loop.
 *
 * <p>Implementations are thread-safe, and answer or throw within some seconds: a caller's request waits for them.
 */
public interface Keyring {
    /**
     * Encrypts a data key under the current key.
     *
     * @param dataKey 32 bytes, which are wiped afterwards
     * @throws RuntimeException if that is not possible now
     */
    WrappedKey wrap(byte[] dataKey);

    /**
     * Decrypts a data key that was wrapped under any key which still counts.
     *
     * @throws dev.reprise.IdempotencyException if there is no such key, or the wrapped key was tampered with; the message says what to do
     * @throws RuntimeException if that is not possible now
     */
    byte[] unwrap(WrappedKey wrapped);

    /** A data key as records carry it, readable only with the key of that name. Immutable. */
    final class WrappedKey {
        private static final int MOST = 65_535;
        private static final int LONGEST_NAME = 255;

        private final String keyName;
        private final byte[] bytes;

        /**
         * A wrapped key.
         *
         * @param keyName of the key under which it is encrypted, in 1 to 255 characters of printable ASCII without spaces
         * @param bytes what {@link #unwrap} needs, up to 65,535 bytes
         * @throws IllegalArgumentException if one is too long, or the name holds something else
         */
        public WrappedKey(String keyName, byte[] bytes) {
            if (keyName.isEmpty()
                    || keyName.length() > LONGEST_NAME
                    || !keyName.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new IllegalArgumentException(
                        "A key's name has 1 to 255 characters of printable ASCII without spaces");
            }
            if (bytes.length > MOST) {
                throw new IllegalArgumentException("A wrapped key has at most " + MOST + " bytes, not " + bytes.length);
            }
            this.keyName = keyName;
            this.bytes = bytes.clone();
        }

        /** The name of the key under which it is encrypted. */
        public String keyName() {
            return keyName;
        }

        /** What {@link #unwrap} needs; a copy. */
        public byte[] bytes() {
            return bytes.clone();
        }

        int length() {
            return bytes.length;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof WrappedKey that && keyName.equals(that.keyName) && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Objects.hash(keyName, Arrays.hashCode(bytes));
        }

        /** The name alone. */
        @Override
        public String toString() {
            return "WrappedKey[" + keyName + "]";
        }
    }
}
