package dev.reprise.spring.boot;

import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Hands each request to the filter of the endpoint that it reaches. What reaches no protected endpoint passes through untouched.
 * Thread-safe.
 */
final class ReactiveEndpointsFilter implements WebFilter, Ordered {
    private final ReactiveEndpoints endpoints;
    private final int order;

    ReactiveEndpointsFilter(ReactiveEndpoints endpoints, int order) {
        this.endpoints = endpoints;
        this.order = order;
    }

    @Override
    public int getOrder() {
        return order;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return endpoints
                .filterOf(exchange)
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMap(chosen -> chosen.map(
                                filter -> ReactiveMethodRefusals.marked(filter.filter(exchange, chain), exchange))
                        .orElseGet(() -> chain.filter(exchange)));
    }
}
