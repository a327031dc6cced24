package dev.reprise.spring.boot;

import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Says who asks, in a reactive application. Declare a bean of it to replace the default, for example where a tenant is part of the
 * caller. Default: the authenticated principal; callers without one share the principal {@code anonymous}.
 *
 * <p>Thread-safe. Called behind authentication, once for each protected request with a key.
 */
@FunctionalInterface
public interface ReactiveIdempotencyPrincipal {
    /**
     * The caller, derived from the authenticated credential and never from something that the caller can choose (S12). Not an empty
     * text; callers for whom there is none at all share the principal {@code anonymous}.
     */
    Mono<String> of(ServerWebExchange exchange);
}
