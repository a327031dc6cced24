package dev.reprise.spring.webflux;

import dev.reprise.IdempotencyEngine;
import dev.reprise.Response;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.HttpNames;
import dev.reprise.http.Next;
import dev.reprise.http.ProtectedRequest;
import dev.reprise.http.Route;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Makes the endpoints of a reactive application safe to retry, with the leased guarantee.
 *
 * <p>Place it behind authentication (S13). Unprotected requests pass through untouched. The body of a protected request is read
 * completely before the application sees it, and its response is held until the record is durable (S19). Only a response that is
 * longer than the route records, or an event stream, goes out while it is made; it is recorded without its body (S21).
 *
 * <p>A caller that leaves does not cancel the application while that holds an operation: what it answers is recorded, and a retry
 * gets it.
 *
 * <p>WebFlux turns exceptions into answers outside of all filters. So that the record holds what the caller sees, the filter asks the
 * {@linkplain Builder#exceptionHandlers exception handlers} itself. What they make of an exception is the answer, if it is below
 * 500 or the exception says its status itself ({@link org.springframework.web.ErrorResponse}). Any other exception leaves the outcome
 * uncertain, unless the route says that errors have no effect (S15).
 *
 * <p>The application finds its {@link dev.reprise.Execution} in the attribute {@link #EXECUTION} of the exchange.
 *
 * <p>Thread-safe. No event loop waits for the store: what does runs on virtual threads of the filter's own, and so do the parts of
 * the application that follow upon it.
 */
public final class IdempotencyWebFilter implements WebFilter, AutoCloseable {
    /** The attribute of the exchange with the hold on the operation, of requests that are protected. */
    public static final String EXECUTION = "dev.reprise.Execution";

    /** The principal that callers without an identity share. */
    private static final String ANONYMOUS = "anonymous";

    private final HttpIdempotency idempotency;
    private final Function<ServerWebExchange, Mono<String>> principal;
    private final Surroundings surroundings;

    private IdempotencyWebFilter(Builder builder) {
        idempotency = new HttpIdempotency(builder.engine, builder.routes, builder.names, builder.cors);
        principal = builder.principal;
        surroundings = new Surroundings(
                builder.exceptionHandlers,
                builder.refusals,
                builder.untouched,
                builder.codecs,
                new BlockingCalls(builder.claimsAtOnce));
    }

    /**
     * A filter over an engine with the leased guarantee, which the caller closes after the filter. There is none for the others: a
     * reactive transaction is committed although a part of it has failed, and a transaction of JDBC belongs to a thread.
     *
     * @param routes the first one that matches a path applies; paths without a route pass through
     */
    public static Builder over(IdempotencyEngine engine, List<Route> routes) {
        return new Builder(engine, routes);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ExchangeHead head = new ExchangeHead(exchange.getRequest());
        return switch (idempotency.admit(head)) {
            case Next.PassThrough next -> {
                if (next.keyed()) {
                    idempotency.keyIgnored().forEach(exchange.getResponse().getHeaders()::set);
                }
                yield passThrough(exchange, chain);
            }
            case Next.Respond(Response refusal) -> {
                CallerResponse caller = caller(exchange);
                yield RequestBody.discard(exchange.getRequest()).then(caller.write(refusal, caller.outer()));
            }
            case Next.ReadBody(ProtectedRequest request) -> protect(head, request, exchange, chain);
            case Next.Run ignored -> throw new AssertionError("A request runs before it began");
        };
    }

    private Mono<Void> protect(
            ExchangeHead head, ProtectedRequest request, ServerWebExchange exchange, WebFilterChain chain) {
        CallerResponse caller = caller(exchange);
        return principal
                .apply(exchange)
                .defaultIfEmpty(ANONYMOUS)
                .doOnNext(head::identify)
                .then(Mono.defer(() ->
                        RequestBody.read(exchange.getRequest(), request.route().maxRequestBody())))
                .flatMap(body -> body.map(whole ->
                                new ProtectedHandling(surroundings, request, exchange, chain, caller, whole).run())
                        .orElseGet(() -> caller.write(request.tooLarge(), caller.outer())));
    }

    private CallerResponse caller(ServerWebExchange exchange) {
        CrossOrigin.exposeAdded(exchange.getResponse().getHeaders(), idempotency);
        return new CallerResponse(exchange.getResponse());
    }

    private Mono<Void> passThrough(ServerWebExchange exchange, WebFilterChain chain) {
        boolean preflight = exchange.getRequest().getMethod().equals(HttpMethod.OPTIONS)
                && exchange.getRequest().getHeaders().containsHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
        if (preflight) {
            ServerHttpResponse response = exchange.getResponse();
            response.beforeCommit(
                    () -> Mono.fromRunnable(() -> CrossOrigin.allowKey(response.getHeaders(), idempotency)));
        }
        return chain.filter(exchange);
    }

    /** Waits some seconds for what is being recorded. Call it when no request is running, and before the engine is closed. */
    @Override
    public void close() {
        surroundings.calls().close();
    }

    /** Settings of a filter. Not thread-safe. */
    public static final class Builder {
        private final IdempotencyEngine engine;
        private final List<Route> routes;
        private HttpNames names = HttpNames.DEFAULT;
        private Cors cors = Cors.NONE;
        private Function<ServerWebExchange, Mono<String>> principal =
                exchange -> exchange.getPrincipal().map(user -> "user:" + user.getName());
        private List<WebExceptionHandler> exceptionHandlers = List.of();
        private Predicate<Throwable> refusals = failure -> false;
        private Predicate<ServerWebExchange> untouched = exchange -> false;
        private ServerCodecConfigurer codecs = ServerCodecConfigurer.create();
        private int claimsAtOnce = 20_000;

        private Builder(IdempotencyEngine engine, List<Route> routes) {
            this.engine = engine;
            this.routes = List.copyOf(routes);
        }

        /** The names of fields. Default: {@link HttpNames#DEFAULT}. */
        public Builder names(HttpNames chosen) {
            names = chosen;
            return this;
        }

        /** What browsers need (S26). Default: {@link Cors#NONE}. */
        public Builder cors(Cors chosen) {
            cors = chosen;
            return this;
        }

        /**
         * Who asks, derived from the authenticated credential, never from something the caller can choose (S12). Callers for whom it is
         * empty share one principal. Default: the principal of the exchange.
         */
        public Builder principal(Function<ServerWebExchange, Mono<String>> chosen) {
            principal = chosen;
            return this;
        }

        /**
         * Make answers of exceptions, in the order in which the application asks them. Default: none, and then every exception leaves
         * the outcome uncertain and is passed on.
         */
        public Builder exceptionHandlers(List<WebExceptionHandler> chosen) {
            exceptionHandlers = List.copyOf(chosen);
            return this;
        }

        /**
         * Exceptions by which the application refuses a request, and which a filter further out turns into an answer, as Spring
         * Security does. They are passed on. Default: none.
         *
         * @param nothingDone whether a request that was refused so had not nothingDone to do anything, so that the key is free (S14); the exception
         *     alone does not tell. Otherwise it leaves the outcome uncertain as any other does (S15)
         */
        public Builder refusals(Predicate<Throwable> chosen, Predicate<ServerWebExchange> nothingDone) {
            refusals = chosen;
            untouched = nothingDone;
            return this;
        }

        /** Read forms. Default: as Spring has them. */
        public Builder codecs(ServerCodecConfigurer chosen) {
            codecs = chosen;
            return this;
        }

        /**
         * How many requests may claim operations at once, duplicates that wait among them; others get 503 (S22). Default: 20,000.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder claimsAtOnce(int chosen) {
            if (chosen < 1) {
                throw new IllegalArgumentException("claimsAtOnce must be positive: " + chosen);
            }
            claimsAtOnce = chosen;
            return this;
        }

        /** A filter with these settings. */
        public IdempotencyWebFilter build() {
            return new IdempotencyWebFilter(this);
        }
    }
}
