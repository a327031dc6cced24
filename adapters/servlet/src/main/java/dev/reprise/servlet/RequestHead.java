package dev.reprise.servlet;

import dev.reprise.http.RequestPath;
import dev.reprise.http.RequestView;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * A request as the choreography sees it.
 *
 * @param request as it came to the filter
 * @param principals who asks
 */
record RequestHead(HttpServletRequest request, Function<HttpServletRequest, String> principals) implements RequestView {
    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String path() {
        return request.getRequestURI();
    }

    /** What the container has decoded and resolved to choose a servlet (S31), within the application. */
    @Override
    public RequestPath dispatchPath() {
        String pathInfo = request.getPathInfo();
        return RequestPath.decoded(pathInfo == null ? request.getServletPath() : request.getServletPath() + pathInfo);
    }

    @Override
    public String contextPath() {
        return request.getContextPath();
    }

    @Override
    public String query() {
        String query = request.getQueryString();
        return query == null ? "" : query;
    }

    @Override
    public List<String> header(String name) {
        return Collections.list(request.getHeaders(name));
    }

    @Override
    public String principal() {
        return principals.apply(request);
    }
}
