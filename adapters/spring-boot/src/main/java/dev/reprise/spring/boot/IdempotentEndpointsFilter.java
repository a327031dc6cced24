package dev.reprise.spring.boot;

import dev.reprise.servlet.IdempotencyFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
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
        Optional<IdempotencyFilter> chosen = chosen(request);
        if (chosen.isPresent()) {
            chosen.get().doFilter(request, response, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    /** Further dispatches of a request stay with the filter that has begun. */
    private Optional<IdempotencyFilter> chosen(ServletRequest request) {
        if (request.getAttribute(CHOSEN) instanceof IdempotencyFilter begun) {
            return Optional.of(begun);
        }
        if (!(request instanceof HttpServletRequest http) || request.getDispatcherType() != DispatcherType.REQUEST) {
            return Optional.empty();
        }
        Optional<IdempotencyFilter> found = endpoints.filterOf(http);
        found.ifPresent(filter -> request.setAttribute(CHOSEN, filter));
        return found;
    }
}
