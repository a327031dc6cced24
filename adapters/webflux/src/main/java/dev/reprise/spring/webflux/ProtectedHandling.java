package dev.reprise.spring.webflux;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import dev.reprise.http.HttpExecution;
import dev.reprise.http.Next;
import dev.reprise.http.ProblemDetails;
import dev.reprise.http.ProblemType;
import dev.reprise.http.ProtectedRequest;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilterChain;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * One protected request, from its claim to its answer. A caller that leaves cancels nothing while the operation is held: the
 * application works on, and what it answers is recorded.
 */
final class ProtectedHandling {
    private static final System.Logger LOG = System.getLogger(ProtectedHandling.class.getName());
    private static final int INTERNAL_SERVER_ERROR = 500;
    private static final Response REFUSED = new Response(403, Headers.EMPTY, Body.EMPTY);

    private final Surroundings surroundings;
    private final ProtectedRequest request;
    private final ServerWebExchange exchange;
    private final WebFilterChain chain;
    private final CallerResponse caller;
    private final byte[] body;
    /** Whether there is nothing, or nothing any more, to record. */
    private volatile boolean ended;

    private volatile boolean gone;

    ProtectedHandling(
            Surroundings surroundings,
            ProtectedRequest request,
            ServerWebExchange exchange,
            WebFilterChain chain,
            CallerResponse caller,
            byte[] body) {
        this.surroundings = surroundings;
        this.request = request;
        this.exchange = exchange;
        this.chain = chain;
        this.caller = caller;
        this.body = body;
    }

    Mono<Void> run() {
        return Mono.create(sink -> {
            Disposable running = claim().contextWrite(sink.contextView())
                    .subscribe(nothing -> {}, failure -> tell(sink, failure), sink::success);
            sink.onCancel(() -> callerLeft(running));
        });
    }

    private void tell(MonoSink<Void> sink, Throwable failure) {
        if (gone) {
            LOG.log(Level.DEBUG, "A request failed after its caller had left", failure);
        } else {
            sink.error(failure);
        }
    }

    /** What is left to do for a caller, such as sending it events, ends with it. What is left to record does not. */
    private void callerLeft(Disposable running) {
        gone = true;
        if (ended) {
            running.dispose();
        }
    }

    private Mono<Void> claim() {
        return surroundings
                .calls()
                .claim(() -> request.begin(body))
                .flatMap(next ->
                        next.map(this::proceed).orElseGet(() -> write(request.refuse(overloaded()), caller.outer())));
    }

    private static ProblemDetails overloaded() {
        return ProblemType.STORE_UNAVAILABLE
                .refusal(
                        "The service has too many requests at the moment, so nothing was executed. Ask again later with "
                                + "the same key.")
                .withRetryAfter(Duration.ofSeconds(1));
    }

    private Mono<Void> proceed(Next next) {
        return switch (next) {
            case Next.Respond(Response known) -> {
                ended = true;
                yield write(known, caller.outer());
            }
            case Next.Run(HttpExecution execution) -> handle(execution);
            case Next.PassThrough ignored -> throw new AssertionError("A request that began passes through");
            case Next.ReadBody ignored -> throw new AssertionError("A request that began is read again");
        };
    }

    private Mono<Void> handle(HttpExecution execution) {
        return Mono.defer(() -> {
                    execution
                            .execution()
                            .ifPresent(held -> exchange.getAttributes().put(IdempotencyWebFilter.EXECUTION, held));
                    HeldExchange held = new HeldExchange(
                            exchange,
                            new HeldRequest(
                                    exchange.getRequest(),
                                    body,
                                    exchange.getResponse().bufferFactory()),
                            response(execution, caller.outer()),
                            surroundings.codecs());
                    return chain.filter(held)
                            .then(Mono.defer(() -> held.getResponse().setComplete()))
                            .thenReturn(Optional.<Throwable>empty())
                            .onErrorResume(failure -> Mono.just(Optional.of(failure)))
                            .delayUntil(failure -> held.cleanupMultipart().onErrorComplete())
                            .flatMap(failure -> end(execution, held, failure.orElse(null)));
                })
                // Whatever happens from the claim on, the operation has an end.
                .onErrorResume(failure -> ended
                        ? Mono.error(failure)
                        : record(() -> execution.threw(failure)).then(Mono.error(failure)));
    }

    private HeldResponse response(HttpExecution execution, HttpHeaders fields) {
        return new HeldResponse(
                exchange.getResponse(),
                fields,
                request.route().maxResponseBody(),
                (response, chunks, flushed) -> release(execution, response, chunks, flushed));
    }

    /** The application is done, or has failed. */
    private Mono<Void> end(HttpExecution execution, HeldExchange held, @Nullable Throwable failure) {
        if (ended) {
            return failure == null ? Mono.empty() : Mono.error(failure);
        }
        if (failure == null) {
            return answer(execution, held.getResponse());
        }
        if (surroundings.refusals().test(failure)) {
            return record(() -> surroundings.untouched().test(exchange)
                            ? execution.notReached(REFUSED)
                            : execution.threw(failure))
                    .then(Mono.error(failure));
        }
        return show(execution, held, failure)
                .flatMap(shown -> ended
                        ? Mono.empty()
                        : shown.filter(response -> isAnswer(response, failure))
                                .map(response -> answer(execution, response))
                                .orElseGet(() -> fail(execution, failure, shown)));
    }

    private static boolean isAnswer(HeldResponse shown, Throwable failure) {
        return shown.status() < INTERNAL_SERVER_ERROR || failure instanceof ErrorResponse;
    }

    /** An exception that nobody expected. The caller sees what the application makes of it. */
    private Mono<Void> fail(HttpExecution execution, Throwable failure, Optional<HeldResponse> shown) {
        return record(() -> execution.threw(failure))
                .then(shown.map(response -> write(whole(response), response.getHeaders()))
                        .orElseGet(() -> Mono.error(failure)));
    }

    /** What the exception handlers of the application make of a failure; nothing if they do not deal with it. */
    private Mono<Optional<HeldResponse>> show(HttpExecution execution, HeldExchange held, Throwable failure) {
        HeldResponse open = held.getResponse();
        if (open.isCommitted()) {
            // Nothing has gone out, so it can still be an error.
            open = response(execution, open.getHeaders());
            open.getHeaders().clearContentHeaders();
        }
        HeldExchange shown = held.with(open);
        return surroundings
                .show(shown, failure)
                .thenReturn(Optional.of(shown.getResponse()))
                .onErrorResume(thrown -> Mono.just(Optional.empty()));
    }

    private Mono<Void> answer(HttpExecution execution, HeldResponse response) {
        Optional<String> fault = response.fault();
        if (fault.isPresent()) {
            return record(() -> execution.lost(INTERNAL_SERVER_ERROR, fault.get()))
                    .flatMap(lost -> write(lost, response.getHeaders()));
        }
        Response whole = whole(response);
        return record(() -> execution.answered(whole)).flatMap(answer -> write(answer, response.getHeaders()));
    }

    /** Lets a body go that is not recorded: the record first, then the head, then whatever the application writes. */
    private Mono<Void> release(
            HttpExecution execution,
            HeldResponse response,
            Flux<? extends Publisher<? extends DataBuffer>> chunks,
            boolean flushed) {
        return Mono.defer(() -> {
                    Response head = new Response(response.status(), caller.applicationFields(response), Body.OMITTED);
                    return record(() -> execution.answered(head));
                })
                .flatMap(answer -> {
                    HttpHeaders present = response.getHeaders();
                    if (gone) {
                        return response.discard(chunks);
                    }
                    return answer.body().isOmitted()
                            ? caller.stream(answer, present, chunks, flushed)
                            : response.discard(chunks).then(write(answer, present));
                });
    }

    private Response whole(HeldResponse response) {
        return new Response(response.status(), caller.applicationFields(response), Body.of(response.body()));
    }

    private Mono<Response> record(Supplier<Response> call) {
        return Mono.defer(() -> {
            ended = true;
            return surroundings.calls().end(call);
        });
    }

    private Mono<Void> write(Response answer, HttpHeaders present) {
        return Mono.defer(() -> gone ? Mono.empty() : caller.write(answer, present));
    }
}
