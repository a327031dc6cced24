package dev.reprise.spring.boot;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;

/** The principal that the container, and so Spring Security, has authenticated. */
final class AuthenticatedPrincipal implements IdempotencyPrincipal {
    private final AnonymousCallers anonymous = new AnonymousCallers(IdempotencyPrincipal.class);

    @Override
    public String of(HttpServletRequest request) {
        Principal user = request.getUserPrincipal();
        String name = user == null ? request.getRemoteUser() : user.getName();
        return name == null ? anonymous.principal() : "user:" + name;
    }
}
