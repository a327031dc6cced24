package dev.reprise.spring.webflux;

import java.io.EOFException;
import java.util.Optional;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Mono;

/** Reads the body of a request. */
final class RequestBody {
    private static final int SHORT = 1 << 16;

    private RequestBody() {}

    /**
     * The whole body.
     *
     * @return nothing if it is longer than the limit; fails if it is cut short (S20), or somebody else has read it
     */
    static Mono<Optional<byte[]>> read(ServerHttpRequest request, int limit) {
        long declared = request.getHeaders().getContentLength();
        if (declared > limit) {
            return discard(request).thenReturn(Optional.empty());
        }
        return DataBufferUtils.join(request.getBody(), limit)
                .map(RequestBody::bytes)
                .defaultIfEmpty(new byte[0])
                .flatMap(
                        body -> body.length < declared ? cutShort(body.length, declared) : Mono.just(Optional.of(body)))
                .onErrorResume(DataBufferLimitException.class, e -> Mono.just(Optional.empty()));
    }

    /**
     * Takes a body that nobody needs, so that the connection is ready for the next request when this one is answered. A long one, or
     * one whose length was not told, is left to the server.
     */
    static Mono<Void> discard(ServerHttpRequest request) {
        long declared = request.getHeaders().getContentLength();
        return declared > 0 && declared <= SHORT
                ? request.getBody().doOnNext(DataBufferUtils::release).then()
                : Mono.empty();
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private static Mono<Optional<byte[]>> cutShort(int length, long declared) {
        return Mono.error(new EOFException("The request body has " + length + " bytes of " + declared
                + ": it was cut short, or somebody before the filter has read it"));
    }
}
