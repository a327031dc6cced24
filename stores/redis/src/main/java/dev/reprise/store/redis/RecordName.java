package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * What an operation's record is called: 32 characters of URL-safe Base64. The first ones come from the idempotency key alone, so that
 * all operations of a key are in one bucket and can be looked for together.
 *
 * @param text the name
 */
record RecordName(String text) {
    static final int LENGTH = 32;

    private static final int BUCKET_LENGTH = 2;
    /** Characters that come from the idempotency key alone, of which the first ones are the bucket. */
    private static final int KEY_LENGTH = 10;

    private static final int KEY_BYTES = 8;
    private static final int REST_BYTES = 16;
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /** How many buckets there are. Few enough to walk through all, and many for the slots of a cluster. */
    static final int BUCKETS = ALPHABET.length() * ALPHABET.length();

    static RecordName of(OperationId id) {
        MessageDigest digest = sha256();
        byte[] key = id.key().value().getBytes(UTF_8);
        byte[] ofKey = digest.digest(key);
        // The zero bytes keep the parts apart: none of them may hold any.
        digest.update(key);
        digest.update((byte) 0);
        digest.update(id.scope().principal().getBytes(UTF_8));
        digest.update((byte) 0);
        digest.update(id.scope().route().getBytes(UTF_8));
        return new RecordName(base64(ByteBuffer.allocate(KEY_BYTES + REST_BYTES)
                .put(ofKey, 0, KEY_BYTES)
                .put(digest.digest(), 0, REST_BYTES)
                .array()));
    }

    /** How the names of all operations of an idempotency key begin. */
    static String beginning(IdempotencyKey key) {
        byte[] ofKey = sha256().digest(key.value().getBytes(UTF_8));
        return base64(Arrays.copyOf(ofKey, KEY_BYTES)).substring(0, KEY_LENGTH);
    }

    /** The bucket of that number, from 0. */
    static String bucket(int number) {
        return String.valueOf(
                new char[] {ALPHABET.charAt(number / ALPHABET.length()), ALPHABET.charAt(number % ALPHABET.length())});
    }

    /** The number of the bucket of all names that begin like that. */
    static int bucketOf(String beginning) {
        return ALPHABET.indexOf(beginning.charAt(0)) * ALPHABET.length() + ALPHABET.indexOf(beginning.charAt(1));
    }

    String bucket() {
        return text.substring(0, BUCKET_LENGTH);
    }

    /** What is behind the bucket. */
    String rest() {
        return text.substring(BUCKET_LENGTH);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
