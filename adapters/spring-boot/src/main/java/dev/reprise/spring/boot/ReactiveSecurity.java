package dev.reprise.spring.boot;

import java.security.Principal;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.server.WebFilterChainProxy;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** What Spring Security does to exchanges, if it is there. */
interface ReactiveSecurity {
    /** Whether a principal stands for callers without one. */
    boolean isAnonymous(Principal principal);

    /** Who is authenticated, if anybody is. */
    default Mono<Principal> user(ServerWebExchange exchange) {
        return exchange.getPrincipal().filter(user -> !isAnonymous(user));
    }

    /** Whether a failure is a refusal that Spring Security turns into an answer. */
    boolean isRefusal(Throwable failure);

    /**
     * Checks that a filter comes behind Spring Security.
     *
     * @throws RuntimeException that fails the start if nobody would be authenticated yet (S13)
     */
    void requireBefore(ListableBeanFactory beans, int order);

    /** Spring Security, or what stands for it where it is missing. */
    static ReactiveSecurity present() {
        return ClassUtils.isPresent(
                        "org.springframework.security.web.server.WebFilterChainProxy",
                        ReactiveSecurity.class.getClassLoader())
                ? new Present()
                : new Missing();
    }

    /** There is none. */
    final class Missing implements ReactiveSecurity {
        @Override
        public boolean isAnonymous(Principal principal) {
            return false;
        }

        @Override
        public boolean isRefusal(Throwable failure) {
            return false;
        }

        @Override
        public void requireBefore(ListableBeanFactory beans, int order) {}
    }

    /** There is one, on the class path at least. */
    final class Present implements ReactiveSecurity {
        /** As {@code WebFluxSecurityConfiguration} has it. */
        private static final int ORDER = -100;

        @Override
        public boolean isAnonymous(Principal principal) {
            return principal instanceof AnonymousAuthenticationToken;
        }

        @Override
        public boolean isRefusal(Throwable failure) {
            return failure instanceof AccessDeniedException || failure instanceof AuthenticationException;
        }

        @Override
        public void requireBefore(ListableBeanFactory beans, int order) {
            if (order <= ORDER && beans.getBeanNamesForType(WebFilterChainProxy.class, true, false).length > 0) {
                throw Mistakes.beforeSecurity(order, ORDER);
            }
        }
    }
}
