package dev.reprise.spring.boot;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.Principal;
import java.util.concurrent.atomic.AtomicBoolean;

/** The principal that the container, and so Spring Security, has authenticated. */
final class AuthenticatedPrincipal implements IdempotencyPrincipal {
    private static final Logger LOG = System.getLogger(AuthenticatedPrincipal.class.getName());
    private static final String ANONYMOUS = "anonymous";

    private final AtomicBoolean said = new AtomicBoolean();

    @Override
    public String of(HttpServletRequest request) {
        Principal user = request.getUserPrincipal();
        String name = user == null ? request.getRemoteUser() : user.getName();
        if (name != null) {
            return "user:" + name;
        }
        if (said.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "A protected endpoint was called without authentication. All such callers share their idempotency keys: who "
                            + "knows the key of another one gets the same answer. Authenticate them, or declare a bean of "
                            + IdempotencyPrincipal.class.getSimpleName() + " that tells them apart. This is said once");
        }
        return ANONYMOUS;
    }
}
