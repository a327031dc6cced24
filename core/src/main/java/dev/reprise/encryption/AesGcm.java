package dev.reprise.encryption;

import dev.reprise.IdempotencyException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM with a random nonce of 96 bits in front of the encrypted bytes (NIST SP 800-38D). A key is good for 2^32 encryptions.
 * Thread-safe.
 */
final class AesGcm {
    /** How many encryptions one key may make, so that two nonces are hardly ever the same. */
    static final long MOST_ENCRYPTIONS = 1L << 32;

    private static final String ALGORITHM = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;

    private final SecureRandom random;
    /** To look for it takes twice as long as to encrypt an answer. */
    private final Provider provider;

    AesGcm(SecureRandom random) {
        this.random = random;
        try {
            this.provider = Cipher.getInstance(ALGORITHM).getProvider();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has AES-GCM", e);
        }
    }

    /** How much longer what is encrypted becomes. */
    static int overhead() {
        return NONCE_BYTES + TAG_BYTES;
    }

    byte[] encrypt(SecretKey key, byte[] plain, byte[] associated) {
        byte[] encrypted = new byte[plain.length + overhead()];
        encrypt(key, plain, associated, encrypted, 0);
        return encrypted;
    }

    /** Writes nonce, encrypted bytes and tag from the given place on. */
    void encrypt(SecretKey key, byte[] plain, byte[] associated, byte[] to, int offset) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        System.arraycopy(nonce, 0, to, offset, NONCE_BYTES);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, 0, associated);
            cipher.doFinal(plain, 0, plain.length, to, offset + NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has AES-GCM", e);
        }
    }

    byte[] decrypt(SecretKey key, byte[] encrypted, byte[] associated) {
        return decrypt(key, encrypted, 0, associated);
    }

    /**
     * What was encrypted, from the given place on.
     *
     * @throws IdempotencyException if it was not encrypted with this key, for this purpose, or was changed since
     */
    byte[] decrypt(SecretKey key, byte[] from, int offset, byte[] associated) {
        try {
            if (from.length - offset < overhead()) {
                throw new AEADBadTagException("Too short");
            }
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, from, offset, associated);
            return cipher.doFinal(from, offset + NONCE_BYTES, from.length - offset - NONCE_BYTES);
        } catch (AEADBadTagException e) {
            throw new IdempotencyException(
                    "It was changed, belongs to something else, or was encrypted with another key of the same name", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has AES-GCM", e);
        }
    }

    private Cipher cipher(int mode, SecretKey key, byte[] nonce, int offset, byte[] associated)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(ALGORITHM, provider);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce, offset, NONCE_BYTES));
        cipher.updateAAD(associated);
        return cipher;
    }
}
