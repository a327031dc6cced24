package dev.reprise.gateway.config;

import org.jspecify.annotations.Nullable;

/**
 * Whether callers are known by a name that a service can be told, and not only by the hash of a credential.
 *
 * @param known whether they are
 * @param field the field in which the service gets the name with each request anyway; null if it does not
 */
record CallerNames(boolean known, @Nullable String field) {
    static CallerNames of(@Nullable PrincipalSource principal, @Nullable Authorization authorization) {
        if (authorization != null && authorization.principalHeader() != null) {
            return new CallerNames(true, null);
        }
        String trusted = principal == null ? null : principal.trustedHeader();
        return new CallerNames(trusted != null, trusted);
    }
}
