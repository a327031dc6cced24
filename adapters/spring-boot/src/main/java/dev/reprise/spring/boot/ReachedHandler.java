package dev.reprise.spring.boot;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * The controller method that a request reaches, with what Spring puts in front of it.
 *
 * @param request what the mapping has seen
 */
record ReachedHandler(HandlerMethod method, HandlerExecutionChain chain, LookupRequest request) {
    /**
     * Whether the origin of the request may call the method, by the CORS settings of Spring MVC. What browsers have to hear of that is
     * on the response then, whoever answers; the {@code DispatcherServlet} does not say it again. If it may not, the answer is Spring's
     * own, and complete (S26).
     */
    boolean isAllowed(HttpServletResponse response) throws IOException, ServletException {
        for (HandlerInterceptor interceptor : chain.getInterceptorList()) {
            // The one by which a mapping applies its settings says which they are.
            if (interceptor instanceof CorsConfigurationSource) {
                return passes(interceptor, response);
            }
        }
        return true;
    }

    private boolean passes(HandlerInterceptor interceptor, HttpServletResponse response)
            throws IOException, ServletException {
        try {
            return interceptor.preHandle(request, response, method);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ServletException("Spring cannot say whether an origin may call " + method, e);
        }
    }
}
