package dev.reprise.spring.webflux;

import java.util.List;
import java.util.function.Predicate;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.server.handler.ExceptionHandlingWebHandler;
import reactor.core.publisher.Mono;

/**
 * What a filter knows of the application around it.
 *
 * @param exceptionHandlers make answers of failures, in their order
 * @param refusals the failures that are answered further out
 * @param untouched whether a request that failed so had not begun to do anything
 * @param codecs read forms
 * @param calls run what waits for the store
 */
record Surroundings(
        List<WebExceptionHandler> exceptionHandlers,
        Predicate<Throwable> refusals,
        Predicate<ServerWebExchange> untouched,
        ServerCodecConfigurer codecs,
        BlockingCalls calls) {
    /** Lets the exception handlers make an answer of a failure, as Spring does outside; fails if none of them deals with it. */
    Mono<Void> show(ServerWebExchange exchange, Throwable failure) {
        Mono<Void> completion = Mono.error(failure);
        for (WebExceptionHandler handler : exceptionHandlers) {
            completion = completion.onErrorResume(thrown -> {
                exchange.getAttributes().put(ExceptionHandlingWebHandler.HANDLED_WEB_EXCEPTION, thrown);
                return handler.handle(exchange, thrown);
            });
        }
        return completion.then(Mono.defer(() -> exchange.getResponse().setComplete()));
    }
}
