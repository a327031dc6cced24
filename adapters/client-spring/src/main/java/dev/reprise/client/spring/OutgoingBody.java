package dev.reprise.client.spring;

import dev.reprise.client.spi.RetryCall;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpRequestDecorator;
import org.springframework.web.reactive.function.BodyInserter;
import reactor.core.publisher.Mono;

/**
 * The body of one call. The first attempt that gets so far as to write it keeps what it writes, up to a limit, before any of it is
 * sent; later ones write the same bytes (C1). A body that is longer, or that says itself when to flush, is written as it comes, and
 * once. Thread-safe.
 */
final class OutgoingBody {
    private final BodyInserter<?, ? super ClientHttpRequest> body;
    private final int most;
    private final RetryCall call;
    private State state = State.NOT_YET;
    private @Nullable Kept kept;
    private @Nullable Throwable failure;

    private enum State {
        /** Nobody has asked for it. */
        NOT_YET,
        /** Its first bytes are on their way, and where it comes from may not have them a second time. */
        BEGUN,
        /** It is there whole. */
        KEPT,
        /** It is longer than what is kept. */
        USED_UP
    }

    /**
     * What an attempt wrote.
     *
     * @param fields those of the request when its body began
     */
    private record Kept(HttpHeaders fields, BodyStart body) {}

    OutgoingBody(BodyInserter<?, ? super ClientHttpRequest> body, int most, RetryCall call) {
        this.body = body;
        this.most = most;
        this.call = call;
    }

    /** How an attempt writes it. */
    Mono<Void> insert(ClientHttpRequest request, BodyInserter.Context context) {
        return Mono.defer(() -> switch (begin()) {
            case NOT_YET -> first(request, context);
            case KEPT -> again(request);
            case BEGUN, USED_UP ->
                Mono.error(new IOException("The body of the request cannot be sent twice; it is longer than the " + most
                        + " bytes that are kept, or broke off"));
        });
    }

    /** The attempt is over: a body that it has begun to read does not begin anew. */
    synchronized void attempted() {
        if (state == State.BEGUN) {
            usedUp();
        }
    }

    /** What the application threw instead of a body; null if it did not. */
    synchronized @Nullable Throwable failure() {
        return failure;
    }

    private synchronized State begin() {
        State before = state;
        if (before == State.NOT_YET) {
            state = State.BEGUN;
        }
        return before;
    }

    private synchronized void usedUp() {
        state = State.USED_UP;
        call.bodyIsUsedUp();
    }

    private synchronized void keep(Kept whole) {
        kept = whole;
        state = State.KEPT;
    }

    private synchronized void failed(Throwable cause) {
        if (state == State.BEGUN) {
            failure = cause;
        }
    }

    private Mono<Void> first(ClientHttpRequest request, BodyInserter.Context context) {
        return body.insert(new Keeping(request), context).doOnError(this::failed);
    }

    private synchronized Mono<Void> again(ClientHttpRequest request) {
        Kept whole = Objects.requireNonNull(kept);
        whole.fields().headerSet().stream()
                .filter(field -> !request.getHeaders().containsHeader(field.getKey()))
                .forEach(field -> request.getHeaders().put(field.getKey(), field.getValue()));
        return write(request, whole.body());
    }

    private static Mono<Void> write(ClientHttpRequest request, BodyStart start) {
        return start.isEmpty() ? request.setComplete() : request.writeWith(start.all());
    }

    /** A request whose body is kept on its way. */
    private final class Keeping extends ClientHttpRequestDecorator {
        Keeping(ClientHttpRequest request) {
            super(request);
        }

        @Override
        public Mono<Void> writeWith(Publisher<? extends DataBuffer> bytes) {
            return BodyStart.of(bytes, most, bufferFactory()).flatMap(start -> {
                if (start.isWhole()) {
                    keep(new Kept(HttpHeaders.copyOf(getHeaders()), start));
                } else {
                    usedUp();
                }
                return write(getDelegate(), start);
            });
        }

        @Override
        public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> parts) {
            usedUp();
            return super.writeAndFlushWith(parts);
        }

        @Override
        public Mono<Void> setComplete() {
            keep(new Kept(HttpHeaders.copyOf(getHeaders()), BodyStart.nothing(bufferFactory())));
            return super.setComplete();
        }
    }
}
