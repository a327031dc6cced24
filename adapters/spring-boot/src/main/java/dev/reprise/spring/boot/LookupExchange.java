package dev.reprise.spring.boot;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An exchange that is only looked at: what the mappings note down in its attributes, or answer, is forgotten with it. */
final class LookupExchange extends ServerWebExchangeDecorator {
    private final Map<String, Object> attributes;
    private final ServerHttpResponse response;

    LookupExchange(ServerWebExchange exchange) {
        super(exchange);
        attributes = new ConcurrentHashMap<>(exchange.getAttributes());
        response = new ForgottenResponse(exchange.getResponse());
    }

    @Override
    public Map<String, Object> getAttributes() {
        return attributes;
    }

    @Override
    public ServerHttpResponse getResponse() {
        return response;
    }

    /** Puts the fields that browsers have to hear of on the answer, whoever makes it (S26). */
    void keepFields() {
        HttpHeaders kept = getDelegate().getResponse().getHeaders();
        response.getHeaders().forEach(kept::put);
    }

    /** Mappings refuse requests of other origins here; whoever handles the request does so again. */
    private static final class ForgottenResponse extends ServerHttpResponseDecorator {
        private final HttpHeaders headers;

        private ForgottenResponse(ServerHttpResponse response) {
            super(response);
            headers = HttpHeaders.copyOf(response.getHeaders());
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public boolean setStatusCode(@Nullable HttpStatusCode status) {
            return true;
        }

        @Override
        public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
            return Flux.from(body).doOnNext(DataBufferUtils::release).then();
        }

        @Override
        public Mono<Void> setComplete() {
            return Mono.empty();
        }
    }
}
