package dev.reprise.client.spring;

import dev.reprise.client.spi.AsyncTransport;
import dev.reprise.client.spi.AttemptResult;
import dev.reprise.client.spi.NextStep;
import dev.reprise.client.spi.ResponseView;
import dev.reprise.client.spi.RetryCall;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** One call of a {@code WebClient}. */
final class WebClientTransport implements AsyncTransport<WebClientTransport.Answer> {
    private static final int REASON_BYTES = 16 * 1024;

    private static final long DISCARDED_BYTES = 64 * 1024;

    private static final Duration DISCARDING = Duration.ofSeconds(1);

    private final ClientRequest request;
    private final ExchangeFunction next;
    private final ContextView context;
    private final int mostKept;
    private @Nullable OutgoingBody body;
    /** Whether the attempt has got so far as to write its body, for which most clients need a connection. */
    private volatile boolean writing;

    /**
     * An answer.
     *
     * @param beginning what was read of its body to learn the reason
     */
    record Answer(ClientResponse response, String beginning) implements ResponseView {
        @Override
        public int status() {
            return response.statusCode().value();
        }

        @Override
        public Optional<String> field(String name) {
            HttpHeaders fields = response.headers().asHttpHeaders();
            return Optional.ofNullable(fields.getFirst(name));
        }
    }

    WebClientTransport(ClientRequest request, ExchangeFunction next, ContextView context, int mostKept) {
        this.request = request;
        this.next = next;
        this.context = context;
        this.mostKept = mostKept;
    }

    @Override
    public CompletableFuture<Answer> send(RetryCall call, Duration limit) {
        OutgoingBody outgoing = body == null ? new OutgoingBody(request.body(), mostKept, call) : body;
        body = outgoing;
        writing = false;
        ClientRequest attempt = ClientRequest.from(request)
                .url(call.uri())
                .headers(fields -> call.fields().forEach(fields::set))
                .body((output, inserting) -> {
                    writing = true;
                    return outgoing.insert(output, inserting);
                })
                .build();
        return next.exchange(attempt)
                .flatMap(response -> read(call, response))
                .timeout(limit, Mono.error(() -> new HttpTimeoutException("There was no answer within " + limit)))
                .doOnTerminate(outgoing::attempted)
                .onErrorMap(failure -> cause(failure, outgoing.failure()))
                .contextWrite(context)
                .toFuture();
    }

    /** A failure of the exchange can be followed by another attempt; one of the application's own code would come again. */
    private static Throwable cause(Throwable failure, @Nullable Throwable ofBody) {
        if (ofBody != null) {
            return ofBody instanceof IOException
                    ? new IllegalStateException("The body of the request failed", ofBody)
                    : ofBody;
        }
        if (!(failure instanceof WebClientRequestException)) {
            return failure;
        }
        return failure.getCause() instanceof IOException broken ? broken : new IOException(failure.getCause());
    }

    private static Mono<Answer> read(RetryCall call, ClientResponse response) {
        if (!call.wantsReason(response.statusCode().value())) {
            return Mono.just(new Answer(response, ""));
        }
        return BodyStart.of(
                        response.bodyToFlux(DataBuffer.class), REASON_BYTES, DefaultDataBufferFactory.sharedInstance)
                .map(start -> new Answer(
                        response.mutate().body(untouched -> start.all()).build(), start.text()));
    }

    @Override
    public AttemptResult failure(IOException failure) {
        return writing ? new AttemptResult.NoAnswer(failure) : AttemptResult.of(failure);
    }

    @Override
    public NextStep decide(RetryCall call, Answer answer) {
        return call.answered(answer);
    }

    @Override
    public void discard(Answer answer) {
        AtomicLong read = new AtomicLong();
        answer.response()
                .bodyToFlux(DataBuffer.class)
                .map(buffer -> {
                    int size = buffer.readableByteCount();
                    DataBufferUtils.release(buffer);
                    return read.addAndGet(size);
                })
                .takeWhile(size -> size < DISCARDED_BYTES)
                .take(DISCARDING)
                .onErrorComplete()
                .subscribe();
    }
}
