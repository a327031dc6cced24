package dev.reprise.spring.boot;

import dev.reprise.servlet.IdempotencyFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * Hands each request to the filter of the endpoint that it reaches. What reaches no protected endpoint passes through untouched.
 * Thread-safe.
 */
final class IdempotentEndpointsFilter implements Filter {
    private static final String CHOSEN = IdempotentEndpointsFilter.class.getName();

    private final IdempotentEndpoints endpoints;

    IdempotentEndpointsFilter(IdempotentEndpoints endpoints) {
        this.endpoints = endpoints;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        // Further dispatches of a request stay with the filter that has begun.
        if (request.getAttribute(CHOSEN) instanceof IdempotencyFilter begun) {
            begun.doFilter(request, response, chain);
            return;
        }
        Optional<ReachedHandler> reached = reached(request);
        if (reached.isEmpty()) {
            chain.doFilter(request, response);
        } else if (reached.get().isAllowed((HttpServletResponse) response)) {
            IdempotencyFilter filter = endpoints.filterOf(reached.get());
            request.setAttribute(CHOSEN, filter);
            filter.doFilter(request, response, chain);
        }
    }

    private Optional<ReachedHandler> reached(ServletRequest request) {
        return request instanceof HttpServletRequest http && request.getDispatcherType() == DispatcherType.REQUEST
                ? endpoints.reached(http)
                : Optional.empty();
    }
}
