package dev.reprise.client.spring;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * A body that is read up to a limit. A shorter one is there whole then, to be published as often as somebody wants. What is longer
 * goes on from there, once, at the pace of who reads it.
 */
final class BodyStart {
    private final DataBufferFactory buffers;
    private final byte[] beginning;
    private final @Nullable Reader rest;

    private BodyStart(DataBufferFactory buffers, byte[] beginning, @Nullable Reader rest) {
        this.buffers = buffers;
        this.beginning = beginning;
        this.rest = rest;
    }

    /** Reads the body until it ends or has more bytes than that. Cancelling it cancels the body. */
    static Mono<BodyStart> of(Publisher<? extends DataBuffer> body, int most, DataBufferFactory buffers) {
        return Mono.create(sink -> {
            Reader reader = new Reader(most, buffers, sink);
            sink.onCancel(reader);
            body.subscribe(reader);
        });
    }

    /** One without a byte. */
    static BodyStart nothing(DataBufferFactory buffers) {
        return new BodyStart(buffers, new byte[0], null);
    }

    boolean isEmpty() {
        return isWhole() && beginning.length == 0;
    }

    /** Whether these bytes are all of it. */
    boolean isWhole() {
        return rest == null;
    }

    /** What of it was read, as text. */
    String text() {
        return new String(beginning, StandardCharsets.ISO_8859_1);
    }

    /** All of it. */
    Flux<DataBuffer> all() {
        Flux<DataBuffer> read =
                beginning.length == 0 ? Flux.empty() : Flux.defer(() -> Flux.just(buffers.wrap(beginning)));
        return rest == null ? read : read.concatWith(rest.rest());
    }

    /** Who reads it, one buffer after the other. */
    private static final class Reader extends BaseSubscriber<DataBuffer> {
        private final int most;
        private final DataBufferFactory buffers;
        private final MonoSink<BodyStart> known;
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private final Sinks.Many<DataBuffer> rest = Sinks.many().unicast().onBackpressureBuffer();
        private boolean tooLong;

        Reader(int most, DataBufferFactory buffers, MonoSink<BodyStart> known) {
            this.most = most;
            this.buffers = buffers;
            this.known = known;
        }

        Flux<DataBuffer> rest() {
            return rest.asFlux()
                    .doOnRequest(this::request)
                    .doOnCancel(this::cancel)
                    .doOnDiscard(DataBuffer.class, DataBufferUtils::release);
        }

        @Override
        public Context currentContext() {
            return Context.of(known.contextView());
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        protected void hookOnNext(DataBuffer buffer) {
            if (tooLong) {
                rest.emitNext(buffer, Sinks.EmitFailureHandler.FAIL_FAST);
                return;
            }
            byte[] bytes = new byte[Math.min(buffer.readableByteCount(), most - read.size())];
            buffer.read(bytes);
            read.writeBytes(bytes);
            if (buffer.readableByteCount() == 0) {
                DataBufferUtils.release(buffer);
                request(1);
                return;
            }
            tooLong = true;
            rest.emitNext(buffer, Sinks.EmitFailureHandler.FAIL_FAST);
            known.success(new BodyStart(buffers, read.toByteArray(), this));
        }

        @Override
        protected void hookOnComplete() {
            if (tooLong) {
                rest.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
            } else {
                known.success(new BodyStart(buffers, read.toByteArray(), null));
            }
        }

        @Override
        protected void hookOnError(Throwable failure) {
            if (tooLong) {
                rest.emitError(failure, Sinks.EmitFailureHandler.FAIL_FAST);
            } else {
                known.error(failure);
            }
        }
    }
}
