package dev.reprise.spring.webflux;

import dev.reprise.Headers;
import dev.reprise.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where the answer to a caller goes. */
final class CallerResponse {
    private final ServerHttpResponse response;
    private final HttpHeaders outer;

    /** What is set on the response by now belongs to this exchange alone: others set it again for the next one. */
    CallerResponse(ServerHttpResponse response) {
        this.response = response;
        this.outer = HttpHeaders.copyOf(response.getHeaders());
    }

    /** The fields that are set by now. */
    HttpHeaders outer() {
        return outer;
    }

    /** The fields and cookies that were set by the application, and by nobody before it. */
    Headers applicationFields(HeldResponse held) {
        Headers.Builder fields = Headers.builder();
        held.getHeaders().forEach((name, values) -> {
            if (!isLength(name) && !values.equals(outer.get(name))) {
                values.forEach(value -> fields.add(name, value));
            }
        });
        held.getCookies()
                .values()
                .forEach(cookies -> cookies.forEach(cookie -> fields.add(HttpHeaders.SET_COOKIE, cookie.toString())));
        return fields.build();
    }

    /**
     * Writes the whole answer.
     *
     * @param present the fields that the application has left, of which those of others go out too
     */
    Mono<Void> write(Response answer, HttpHeaders present) {
        return Mono.defer(() -> {
            byte[] body = answer.body().bytes();
            head(answer, present);
            if (answer.status() != 204 && answer.status() != 304) {
                response.getHeaders().setContentLength(body.length);
            }
            return body.length == 0
                    ? response.setComplete()
                    : response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
        });
    }

    /** Writes the head of an answer, and then its body as that is made. */
    Mono<Void> stream(
            Response answer,
            HttpHeaders present,
            Flux<? extends Publisher<? extends DataBuffer>> chunks,
            boolean flushed) {
        return Mono.defer(() -> {
            head(answer, present);
            long length = present.getContentLength();
            if (length >= 0) {
                response.getHeaders().setContentLength(length);
            }
            return flushed
                    ? response.writeAndFlushWith(chunks)
                    : response.writeWith(chunks.<DataBuffer>concatMap(chunk -> chunk));
        });
    }

    private void head(Response answer, HttpHeaders present) {
        HttpHeaders fields = response.getHeaders();
        outer.headerNames().stream()
                .filter(name -> !present.containsHeader(name))
                .forEach(fields::remove);
        Map<String, List<String>> own = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        answer.headers()
                .forEach((name, value) ->
                        own.computeIfAbsent(name, n -> new ArrayList<>(1)).add(value));
        own.forEach((name, values) -> {
            if (!isLength(name)) {
                fields.put(name, values);
            }
        });
        response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
    }

    /** Whether a field says how long a body is, or how its end is found, which this side says anew. */
    private static boolean isLength(String name) {
        return name.equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH)
                || name.equalsIgnoreCase(HttpHeaders.TRANSFER_ENCODING);
    }
}
