package dev.reprise.store.rocksdb;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Scope;
import java.nio.charset.StandardCharsets;

/**
 * The keys of records: by by idempotency key, principal and route, in that order so that an operator who knows only the
 * idempotency key finds its records together. None of the three holds the NUL that separates them.
 */
final class Keys {
    private static final byte SEPARATOR = 0;

    private Keys() {}

    static byte[] of(OperationId id) {
        byte[] key = id.key().value().getBytes(StandardCharsets.US_ASCII);
        byte[] principal = id.scope().principal().getBytes(StandardCharsets.UTF_8);
        byte[] route = id.scope().route().getBytes(StandardCharsets.UTF_8);
        return new Encoder(key.length + principal.length + route.length + 2)
                .rest(key)
                .oneByte(SEPARATOR)
                .rest(principal)
                .oneByte(SEPARATOR)
                .rest(route)
                .toBytes();
    }

    /** What the keys of all records with the given idempotency key begin with. */
    static byte[] prefix(IdempotencyKey key) {
        return new Encoder(key.value().length() + 1)
                .rest(key.value().getBytes(StandardCharsets.US_ASCII))
                .oneByte(SEPARATOR)
                .toBytes();
    }

    static OperationId id(byte[] recordKey) {
        int first = separatorFrom(recordKey, 0);
        int second = separatorFrom(recordKey, first + 1);
        return new OperationId(
                new Scope(text(recordKey, first + 1, second), text(recordKey, second + 1, recordKey.length)),
                new IdempotencyKey(text(recordKey, 0, first)));
    }

    private static int separatorFrom(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] != SEPARATOR) {
            at++;
        }
        return at;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
