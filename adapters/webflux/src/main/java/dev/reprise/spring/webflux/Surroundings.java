package dev.reprise.spring.webflux;

import java.util.List;
import java.util.function.Predicate;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.server.WebExceptionHandler;

/**
 * What a filter knows of the application around it.
 *
 * @param exceptionHandlers make answers of failures, in their order
 * @param refusals the failures that are answered further out, and mean that nothing was done
 * @param codecs read forms
 * @param calls run what waits for the store
 */
record Surroundings(
        List<WebExceptionHandler> exceptionHandlers,
        Predicate<Throwable> refusals,
        ServerCodecConfigurer codecs,
        BlockingCalls calls) {}
