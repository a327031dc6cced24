package dev.reprise.spring.boot;

import java.util.Objects;
import org.aopalliance.intercept.MethodInvocation;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Refusals of Spring Security in front of a reactive handler method, after which nothing was done (S14). Threads tell nothing here, so
 * the method finds its exchange in the context of its subscriber.
 */
final class ReactiveMethodRefusals {
    private static final String BEGUN = ReactiveMethodRefusals.class.getName();

    private ReactiveMethodRefusals() {}

    /** Whether they are known of that method, which is one that Spring Security guards. */
    static boolean areKnown(ListableBeanFactory beans, HandlerMethod handler) {
        Class<?> type = handler.getMethod().getReturnType();
        if (type == Mono.class) {
            return GuardedMethods.watch(
                    beans, handler, call -> Mono.deferContextual(context -> Mono.from(begin(call, context))));
        }
        return type == Flux.class
                && GuardedMethods.watch(
                        beans, handler, call -> Flux.deferContextual(context -> Flux.from(begin(call, context))));
    }

    /** The handling of an exchange, with which its handler method can mark it. */
    static Mono<Void> marked(Mono<Void> handling, ServerWebExchange exchange) {
        return handling.contextWrite(context -> context.put(BEGUN, exchange));
    }

    /** Whether the handler method of the exchange has not begun, if it is one of which that is known. */
    static boolean isUntouched(ServerWebExchange exchange) {
        return exchange.getAttribute(BEGUN) == null;
    }

    private static Publisher<?> begin(MethodInvocation call, ContextView context) {
        context.<ServerWebExchange>getOrEmpty(BEGUN)
                .ifPresent(exchange -> exchange.getAttributes().put(BEGUN, true));
        try {
            return Objects.requireNonNull((Publisher<?>) call.proceed());
        } catch (Throwable e) {
            throw Exceptions.propagate(e);
        }
    }
}
