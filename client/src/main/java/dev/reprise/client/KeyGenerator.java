package dev.reprise.client;

import dev.reprise.client.spi.RetryableRequest;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Makes keys. Called once per operation, before its first attempt (C1). Thread-safe; must not block.
 */
@FunctionalInterface
public interface KeyGenerator {
    /** A key that no other operation has. If it fails, the call fails with the same exception. */
    CompletableFuture<IdempotencyKey> keyFor(RetryableRequest request);

    /**
     * UUIDs of version 7: the time and 74 random bits, so keys made at about the same time are close in the server's
     * index.
     *
     * @param random thread-safe and not to be guessed, as of {@link java.security.SecureRandom}
     */
    static KeyGenerator uuid7(InstantSource clock, RandomGenerator random) {
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
    static KeyGenerator random(RandomGenerator random) {
        return request -> {
            byte[] bits = new byte[16];
            random.nextBytes(bits);
            return CompletableFuture.completedFuture(
                    new IdempotencyKey(HexFormat.of().formatHex(bits)));
        };
    }

    /**
     * Keys that the API issues (S6): one request before each operation fetches a key. Without a key, the operation
     * fails unsent.
     *
     * @param client sends the request; it may retry, because an unused key does nothing
     * @param request the request for the key of an operation
     * @param key the key in a response with a status of 2xx
     */
    static KeyGenerator issued(
            HttpClient client,
            Function<RetryableRequest, HttpRequest> request,
            Function<HttpResponse<String>, String> key) {
        return operation -> client.sendAsync(request.apply(operation), BodyHandlers.ofString())
                .thenCompose(response -> response.statusCode() / 100 == 2
                        ? CompletableFuture.completedFuture(new IdempotencyKey(key.apply(response)))
                        : CompletableFuture.failedFuture(new IOException(
                                "The API issued no key: it answered with status " + response.statusCode())));
    }
}
