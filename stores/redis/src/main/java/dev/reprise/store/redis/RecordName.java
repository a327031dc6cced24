package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
    private static final MessageDigest SHA_256 = sha256();
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /** How many buckets there are. Few enough to walk through all, and many for the slots of a cluster. */
    static final int BUCKETS = ALPHABET.length() * ALPHABET.length();

    static RecordName of(OperationId id) {
        return of(id.key(), RecordText.id(id));
    }

    /** @param id the whole id, as records have it */
    static RecordName of(IdempotencyKey key, byte[] id) {
        return new RecordName(base64(ByteBuffer.allocate(KEY_BYTES + REST_BYTES)
                .putLong(spread(key))
                .put(sha256(id), 0, REST_BYTES)
                .array()));
    }

    /** How the names of all operations of an idempotency key begin. */
    static String beginning(IdempotencyKey key) {
        return base64(ByteBuffer.allocate(KEY_BYTES).putLong(spread(key)).array())
                .substring(0, KEY_LENGTH);
    }

    /** FNV-1a, with its bits mixed once more as the first ones count. Nothing depends on that no two keys have the same. */
    private static long spread(IdempotencyKey key) {
        long hash = 0xcbf29ce484222325L;
        for (byte next : key.value().getBytes(UTF_8)) {
            hash = (hash ^ (next & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
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

    private static byte[] sha256(byte[] bytes) {
        try {
            // Copies cost less than looking for the algorithm each time.
            return ((MessageDigest) SHA_256.clone()).digest(bytes);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("Java's own SHA-256 can be copied", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
