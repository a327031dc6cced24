package dev.reprise.spring.webflux;

import dev.reprise.http.RequestPath;
import dev.reprise.http.RequestView;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** A request as the choreography sees it. Who asks is filled in when it is known, which is before an operation is claimed (S13). */
final class ExchangeHead implements RequestView {
    private final ServerHttpRequest request;
    private volatile @Nullable String principal;

    ExchangeHead(ServerHttpRequest request) {
        this.request = request;
    }

    void identify(String caller) {
        principal = caller;
    }

    @Override
    public String method() {
        return request.getMethod().name();
    }

    @Override
    public String path() {
        return request.getPath().value();
    }

    /** WebFlux resolves nothing in a path, and matches it within the application. */
    @Override
    public RequestPath dispatchPath() {
        return RequestPath.sent(request.getPath().pathWithinApplication().value());
    }

    @Override
    public String contextPath() {
        return request.getPath().contextPath().value();
    }

    @Override
    public String query() {
        String query = request.getURI().getRawQuery();
        return query == null ? "" : query;
    }

    @Override
    public List<String> header(String name) {
        return request.getHeaders().getOrEmpty(name);
    }

    @Override
    public String principal() {
        String caller = principal;
        if (caller == null) {
            throw new IllegalStateException("Nobody has said yet who asks");
        }
        return caller;
    }
}
