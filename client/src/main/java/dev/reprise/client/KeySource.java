package dev.reprise.client;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Where keys come from. Asked once per operation, before its first attempt (C1); thread-safe, and not blocking.
 */
@FunctionalInterface
public interface KeySource {
    /** A key that no other operation has; fails with what the call is to fail with. */
    CompletableFuture<IdempotencyKey> keyFor(Outgoing request);

    /**
     * UUIDs of version 7: of the time and 74 random bits, so that keys made together lie together in the server's index.
     *
     * @param random thread-safe and not to be guessed, as of {@link java.security.SecureRandom}
     */
    static KeySource uuid7(InstantSource clock, RandomGenerator random) {
        return request -> {
            // One draw: a source that is not to be guessed takes its time for each.
            byte[] bytes = new byte[16];
            random.nextBytes(bytes);
            ByteBuffer bits = ByteBuffer.wrap(bytes);
            long time = (clock.millis() << 16) | 0x7000L | (bits.getLong() & 0x0FFFL);
            long rest = 0x8000000000000000L | (bits.getLong() >>> 2);
            return CompletableFuture.completedFuture(new IdempotencyKey(new UUID(time, rest).toString()));
        };
    }

    /**
     * 128 random bits, as 32 hexadecimal digits.
     *
     * @param random thread-safe and not to be guessed, as of {@link java.security.SecureRandom}
     */
    static KeySource random(RandomGenerator random) {
        return request -> {
            byte[] bits = new byte[16];
            random.nextBytes(bits);
            return CompletableFuture.completedFuture(
                    new IdempotencyKey(HexFormat.of().formatHex(bits)));
        };
    }
}
