package dev.reprise.servlet.comparison;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.CharacterEncodingFilter;
import org.springframework.web.filter.FormContentFilter;

/**
 * What other filters do outside of the one that is tested, as the request wants it.
 *
 * @param filter the one that is tested, if it is there
 */
record Outside(@Nullable Filter filter) implements Filter {
    /** The request field that says what is done. */
    static final String FIELD = "X-Outside";

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        FilterChain inner = filter == null ? chain : (req, resp) -> filter.doFilter(req, resp, chain);
        switch (String.valueOf(((HttpServletRequest) request).getHeader(FIELD))) {
            case "parameters" -> {
                request.getParameter("a");
                inner.doFilter(request, response);
            }
            case "stream" -> {
                request.getInputStream().readAllBytes();
                inner.doFilter(request, response);
            }
            case "form content" -> new FormContentFilter().doFilter(request, response, inner);
            case "encoding" -> new CharacterEncodingFilter("UTF-8", true).doFilter(request, response, inner);
            case "behind" -> {
                inner.doFilter(request, response);
                response.getOutputStream().print(" and more");
            }
            default -> inner.doFilter(request, response);
        }
    }
}
