package dev.reprise.spring.webflux;

import dev.reprise.http.ReplayRules;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The response that an application makes. It commits as the server's own does, and nothing of it goes out: the body is held up to a
 * limit, and beyond that, or where it has no end (S21), it is released.
 */
final class HeldResponse extends AbstractServerHttpResponse {
    private final ServerHttpResponse outer;
    private final int limit;
    private final Release release;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();

    /** Takes a body that is not held. */
    interface Release {
        /**
         * Called once, behind the commit.
         *
         * @param chunks the body, in the pieces after which it is to be flushed
         * @param flushed whether the application wants each piece to go out at once
         */
        Mono<Void> release(
                HeldResponse response, Flux<? extends Publisher<? extends DataBuffer>> chunks, boolean flushed);
    }

    /**
     * A response without anything of its own.
     *
     * @param fields those that it begins with
     * @param limit how many bytes of a body are held
     */
    HeldResponse(ServerHttpResponse outer, HttpHeaders fields, int limit, Release release) {
        super(outer.bufferFactory(), HttpHeaders.copyOf(fields));
        this.outer = outer;
        this.limit = limit;
        this.release = release;
    }

    int status() {
        HttpStatusCode status = getStatusCode();
        return status == null ? 200 : status.value();
    }

    /** The bytes that are held. */
    byte[] body() {
        return held.toByteArray();
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals")
    public <T> T getNativeResponse() {
        return ServerHttpResponseDecorator.getNativeResponse(outer);
    }

    @Override
    protected Mono<Void> writeWithInternal(Publisher<? extends DataBuffer> body) {
        return isEndless() ? release.release(this, Flux.just(body), false) : hold(Flux.from(body), false);
    }

    @Override
    protected Mono<Void> writeAndFlushWithInternal(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return isEndless()
                ? release.release(this, Flux.from(body), true)
                : hold(Flux.from(body).concatMap(Flux::from), true);
    }

    /** Whether its type says that there is no end to wait for (S21). */
    boolean isEndless() {
        MediaType type = getHeaders().getContentType();
        return type != null && ReplayRules.isEndless(type.toString());
    }

    /** What is wrong with it so that it cannot be an answer. */
    Optional<String> fault() {
        long announced = getHeaders().getContentLength();
        boolean bodiless = status() == 204 || status() == 304;
        return announced < 0 || announced == held.size() || bodiless
                ? Optional.empty()
                : Optional.of("The handler announced a body of " + announced + " bytes and wrote " + held.size());
    }

    /** Takes a body that nobody gets. One that has an end is made to its end, as its making may be part of the work. */
    Mono<Void> discard(Flux<? extends Publisher<? extends DataBuffer>> chunks) {
        return isEndless()
                ? chunks.take(0).then()
                : chunks.<DataBuffer>concatMap(chunk -> chunk)
                        .doOnNext(DataBufferUtils::release)
                        .then();
    }

    /** What is collected up to the end, or up to the piece that exceeds the limit, is one list; what follows is one list each. */
    private Mono<Void> hold(Flux<? extends DataBuffer> body, boolean flushed) {
        return Mono.defer(() -> {
            AtomicLong length = new AtomicLong();
            return body.<DataBuffer>map(buffer -> buffer)
                    .doOnNext(buffer -> length.addAndGet(buffer.readableByteCount()))
                    .bufferUntil(buffer -> length.get() > limit)
                    .switchOnFirst((first, lists) -> length.get() > limit
                            ? release.release(this, lists.map(Flux::fromIterable), flushed)
                            : lists.doOnNext(this::keep).then())
                    .doOnDiscard(DataBuffer.class, DataBufferUtils::release)
                    .then();
        });
    }

    private void keep(List<DataBuffer> buffers) {
        for (DataBuffer buffer : buffers) {
            byte[] bytes = new byte[buffer.readableByteCount()];
            buffer.read(bytes);
            DataBufferUtils.release(buffer);
            held.writeBytes(bytes);
        }
    }

    /** Nothing goes out here. */
    @Override
    protected void applyStatusCode() {}

    @Override
    protected void applyHeaders() {}

    @Override
    protected void applyCookies() {}
}
