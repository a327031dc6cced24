package dev.reprise.spring.boot;

import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The principal of the exchange, which is Spring Security's where there is one. */
final class ReactiveAuthenticatedPrincipal implements ReactiveIdempotencyPrincipal {
    private final AnonymousCallers anonymous = new AnonymousCallers(ReactiveIdempotencyPrincipal.class);
    private final ReactiveSecurity security;

    ReactiveAuthenticatedPrincipal(ReactiveSecurity security) {
        this.security = security;
    }

    @Override
    public Mono<String> of(ServerWebExchange exchange) {
        return security.user(exchange)
                .map(user -> "user:" + user.getName())
                .switchIfEmpty(Mono.fromSupplier(anonymous::principal));
    }
}
