package dev.reprise.client.spring;

import dev.reprise.client.CallFailedException;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryReport;
import dev.reprise.client.spi.RetryableRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Gives the operations of a {@code WebClient} an idempotency key and retries what fails, whatever its connector is. No thread waits,
 * neither for an answer nor between attempts. Add it last, so that other filters run once. Thread-safe.
 *
 * <p>Notes:
 *
 * <ul>
 *   <li>A body of up to {@link #DEFAULT_MAX_BODY} bytes, or as many as {@link #withMaxBody} says, is kept and can be sent again.
 *       It is there whole before any of it is sent. A longer one is sent as it comes, and once: the report says {@link
 *       dev.reprise.client.StopReason#UNREPEATABLE_BODY}. So is one that is flushed in parts, as server-sent events are.
 *   <li>The policy's time limit of an attempt applies until the head of the answer is there. An answer whose body breaks off while
 *       it is read is not retried; that failure, as every other, has the report.
 *   <li>{@link RetryInterceptor#reportTo} passes the report of a call to its caller, for {@code WebClient}'s {@code attributes}.
 *   <li>Each subscription is a call of its own, with a new key. So {@code retry} behind it makes another operation of the same
 *       request, unless the request has its key already.
 * </ul>
 */
public final class RetryFilter implements ExchangeFilterFunction {
    /** How many bytes of a body are kept unless something else is set: a mebibyte. */
    public static final int DEFAULT_MAX_BODY = 1 << 20;

    private final Retries retries;
    private final int maxBody;

    /**
     * A filter with these retries.
     *
     * @throws IllegalArgumentException if their policy has hedging, because attempts follow one another here
     */
    public RetryFilter(Retries retries) {
        this(retries.requireNoHedging("RetryFilter of WebClient"), DEFAULT_MAX_BODY);
    }

    private RetryFilter(Retries retries, int maxBody) {
        this.retries = retries;
        this.maxBody = maxBody;
    }

    /**
     * This filter with another limit to what it keeps of a body.
     *
     * @param bytes at 0 only requests without a body are retried once they may have been sent
     * @throws IllegalArgumentException if it is negative
     */
    public RetryFilter withMaxBody(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("maxBody is at least 0, not " + bytes);
        }
        return new RetryFilter(retries, bytes);
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        return Mono.create(sink -> {
            WebClientTransport transport = new WebClientTransport(request, next, sink.contextView(), maxBody);
            CompletableFuture<Retries.Sent<WebClientTransport.Answer>> call =
                    retries.sendAsync(outgoing(request), transport);
            sink.onCancel(() -> {
                if (!call.cancel(true) && !call.isCompletedExceptionally()) {
                    transport.discard(call.join().answer());
                }
            });
            var unused = call.whenComplete((sent, failure) -> {
                if (failure == null) {
                    RetryInterceptor.report(request.attributes(), sent.report());
                    sink.success(reported(sent));
                } else {
                    RetryReport.of(failure).ifPresent(report -> RetryInterceptor.report(request.attributes(), report));
                    fail(sink, request, failure);
                }
            });
        });
    }

    private static void fail(MonoSink<ClientResponse> sink, ClientRequest request, Throwable failure) {
        if (failure instanceof CallFailedException) {
            sink.error(new WebClientRequestException(failure, request.method(), request.url(), request.headers()));
        } else if (!(failure instanceof CancellationException)) {
            sink.error(failure);
        }
    }

    /** The answer, whose body says how its call went if it breaks off (C8). */
    private static ClientResponse reported(Retries.Sent<WebClientTransport.Answer> sent) {
        return sent.answer()
                .response()
                .mutate()
                .body(bytes -> bytes.onErrorMap(IOException.class, sent::unread))
                .build();
    }

    private static RetryableRequest outgoing(ClientRequest request) {
        return new RetryableRequest(
                request.method().name(),
                request.url(),
                name -> Optional.ofNullable(request.headers().getFirst(name)),
                true);
    }
}
