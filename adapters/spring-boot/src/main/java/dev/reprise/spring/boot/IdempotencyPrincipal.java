package dev.reprise.spring.boot;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Says who asks. Declare a bean of it to replace the default, for example where a tenant is part of the caller. Default: the
 * authenticated principal; callers without one share the principal {@code anonymous}.
 *
 * <p>Thread-safe. Called behind authentication, once for each protected request with a key.
 */
@FunctionalInterface
public interface IdempotencyPrincipal {
    /**
     * The caller, derived from the authenticated credential and never from something that the caller can choose (S12). Not empty.
     */
    String of(HttpServletRequest request);
}
