package dev.reprise.store.jdbc;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The primary key of an operation: eight bytes from the hash of its idempotency key, and sixteen from that of the key and
 * the scope. A key's operations in all scopes lie together, nobody can bring about a collision, and the length is the
 * same for all, as the indexes of some databases need it.
 *
 * @param prefix from the idempotency key
 * @param high from key and scope
 * @param low from key and scope
 */
record RowKey(long prefix, long high, long low) implements Comparable<RowKey> {
    static final int LENGTH = 24;
    /** Copied for each key, which costs a fraction of a look-up by name. */
    private static final MessageDigest SHA_256 = sha256();

    static RowKey of(OperationId id) {
        MessageDigest digest = newDigest();
        byte[] key = id.key().value().getBytes(StandardCharsets.US_ASCII);
        byte[] principal = id.scope().principal().getBytes(StandardCharsets.UTF_8);
        byte[] route = id.scope().route().getBytes(StandardCharsets.UTF_8);
        long prefix = prefix(digest, key);
        // The lengths in front keep the parts apart.
        ByteBuffer parts = ByteBuffer.allocate(2 * Integer.BYTES + key.length + principal.length + route.length)
                .putInt(key.length)
                .putInt(principal.length)
                .put(key)
                .put(principal)
                .put(route);
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(parts.array()));
        return new RowKey(prefix, hash.getLong(), hash.getLong());
    }

    /** The least key that an operation with the given idempotency key can have. */
    static RowKey firstOf(IdempotencyKey key) {
        return new RowKey(prefix(newDigest(), key.value().getBytes(StandardCharsets.US_ASCII)), 0, 0);
    }

    /** The greatest key that an operation with the given idempotency key can have. */
    static RowKey lastOf(IdempotencyKey key) {
        return new RowKey(firstOf(key).prefix, -1, -1);
    }

    private static long prefix(MessageDigest digest, byte[] key) {
        return ByteBuffer.wrap(digest.digest(key)).getLong();
    }

    private static MessageDigest newDigest() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The SHA-256 of this Java platform cannot be copied", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    static RowKey of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new RowKey(buffer.getLong(), buffer.getLong(), buffer.getLong());
    }

    byte[] bytes() {
        return ByteBuffer.allocate(LENGTH)
                .putLong(prefix)
                .putLong(high)
                .putLong(low)
                .array();
    }

    /** Names the operation where only one number can. */
    long number() {
        return low;
    }

    /** The order of the bytes, which is that of the databases. */
    @Override
    public int compareTo(RowKey other) {
        int order = Long.compareUnsigned(prefix, other.prefix);
        if (order == 0) {
            order = Long.compareUnsigned(high, other.high);
        }
        return order == 0 ? Long.compareUnsigned(low, other.low) : order;
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes());
    }
}
