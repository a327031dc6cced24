package dev.reprise.http;

import dev.reprise.OperationPolicy;
import java.util.Locale;
import java.util.Set;

/**
 * How requests to some endpoints are protected. Immutable; start from {@link #of} and change what differs.
 *
 * @param name what keys are scoped by; changing it makes every key new. The pattern's text unless chosen
 * @param pattern which paths belong to it
 * @param methods which methods are protected; others pass through untouched (S5), and so does everything when empty
 * @param keyRequired whether a protected request without a key is refused (S4) or passes through
 * @param policy how its operations are treated
 * @param maxRequestBody the longest request body in bytes; longer ones are refused
 * @param maxResponseBody the longest response body in bytes that is recorded; of a longer one the record keeps all but
 *     the body (S21)
 * @param serverErrors what a 5xx of the handler says about its effect (S15)
 * @param refusals the statuses by which the handler says that it did not start, so that nothing is recorded (S14)
 */
public record Route(
        String name,
        PathPattern pattern,
        Set<String> methods,
        boolean keyRequired,
        OperationPolicy policy,
        int maxRequestBody,
        int maxResponseBody,
        ServerErrors serverErrors,
        Set<Integer> refusals) {
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final int MEBIBYTE = 1 << 20;

    /** What a 5xx of the handler says about its effect. */
    public enum ServerErrors {
        /** Nothing, so the outcome is uncertain. The default. */
        UNCERTAIN,
        /** There was none: the handler rolls everything back, so a retry executes. */
        NO_EFFECT,
        /** It is the final answer, recorded and replayed like any other. */
        RECORD
    }

    /**
     * A route with the usual protection: POST and PATCH, key optional, bodies up to 1 MiB, 5xx uncertain, and 401,
     * 403, 405, 413, 415 and 429 taken as refusals.
     */
    public static Route of(String pattern) {
        return new Route(
                pattern,
                new PathPattern(pattern),
                Set.of("POST", "PATCH"),
                false,
                OperationPolicy.DEFAULT,
                MEBIBYTE,
                MEBIBYTE,
                ServerErrors.UNCERTAIN,
                Set.of(401, 403, 405, 413, 415, 429));
    }

    /** @throws IllegalArgumentException if a method is safe or a limit is negative */
    public Route {
        methods = Set.copyOf(methods);
        refusals = Set.copyOf(refusals);
        for (String method : methods) {
            if (SAFE_METHODS.contains(method.toUpperCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "Route " + name + " protects " + method + ", which is safe to repeat by definition");
            }
        }
        if (maxRequestBody < 0 || maxResponseBody < 0) {
            throw new IllegalArgumentException("Route " + name + " has a negative limit on bodies");
        }
    }

    /** Whether this route is the one for the path. */
    public boolean matches(String path) {
        return pattern.matches(path);
    }

    /** This route under another name. */
    public Route withName(String changed) {
        return new Route(
                changed,
                pattern,
                methods,
                keyRequired,
                policy,
                maxRequestBody,
                maxResponseBody,
                serverErrors,
                refusals);
    }

    /** This route with other protected methods; none turns the protection off. */
    public Route withMethods(Set<String> changed) {
        return new Route(
                name, pattern, changed, keyRequired, policy, maxRequestBody, maxResponseBody, serverErrors, refusals);
    }

    /** This route with a key demanded or not. */
    public Route withKeyRequired(boolean changed) {
        return new Route(
                name, pattern, methods, changed, policy, maxRequestBody, maxResponseBody, serverErrors, refusals);
    }

    /** This route with another policy for its operations. */
    public Route withPolicy(OperationPolicy changed) {
        return new Route(
                name, pattern, methods, keyRequired, changed, maxRequestBody, maxResponseBody, serverErrors, refusals);
    }

    /** This route with another limit on request bodies, in bytes. */
    public Route withMaxRequestBody(int changed) {
        return new Route(name, pattern, methods, keyRequired, policy, changed, maxResponseBody, serverErrors, refusals);
    }

    /** This route with another limit on recorded response bodies, in bytes. */
    public Route withMaxResponseBody(int changed) {
        return new Route(name, pattern, methods, keyRequired, policy, maxRequestBody, changed, serverErrors, refusals);
    }

    /** This route with another meaning of 5xx. */
    public Route withServerErrors(ServerErrors changed) {
        return new Route(
                name, pattern, methods, keyRequired, policy, maxRequestBody, maxResponseBody, changed, refusals);
    }

    /** This route with other statuses taken as refusals. */
    public Route withRefusals(Set<Integer> changed) {
        return new Route(
                name, pattern, methods, keyRequired, policy, maxRequestBody, maxResponseBody, serverErrors, changed);
    }
}
