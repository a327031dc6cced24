package dev.reprise.spring.boot;

import dev.reprise.servlet.IdempotencyFilter;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.method.HandlerMethod;

/** Refusals of Spring Security in front of a handler method, after which nothing was done (S14). */
final class MethodRefusals {
    private static final String BEGUN = MethodRefusals.class.getName();

    private MethodRefusals() {}

    /** The filter of a handler method, which then knows them. */
    static IdempotencyFilter knownTo(IdempotencyFilter filter, ListableBeanFactory beans, HandlerMethod handler) {
        boolean watched = GuardedMethods.watch(beans, handler, invocation -> {
            begin();
            return invocation.proceed();
        });
        return watched ? filter.withRefusals(MethodRefusals::isRefusal) : filter;
    }

    /** Marks the request for which the thread works. */
    private static void begin() {
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
            attributes.getRequest().setAttribute(BEGUN, true);
        }
    }

    private static boolean isRefusal(HttpServletRequest request, Throwable failure) {
        return request.getAttribute(BEGUN) == null && isOfSecurity(failure);
    }

    /** Spring MVC wraps what a handler throws, and Spring Security unwraps it. */
    private static boolean isOfSecurity(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AccessDeniedException || cause instanceof AuthenticationException) {
                return true;
            }
        }
        return false;
    }
}
