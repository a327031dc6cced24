package dev.reprise.client.spi;

import java.util.Locale;

/**
 * What a rule needs to know of a request.
 *
 * @param method its method, in upper case
 * @param keyed whether it carries an idempotency key
 */
public record RequestTraits(String method, boolean keyed) {
    /** Puts the method into upper case. */
    public RequestTraits {
        method = method.toUpperCase(Locale.ROOT);
    }

    /** Whether sending it twice has the effect of sending it once: by HTTP, or because the key makes it so. */
    public boolean idempotent() {
        return keyed || isSafe(method) || method.equals("PUT") || method.equals("DELETE");
    }

    /** Whether a key means anything to it: whether it is not safe (S5). */
    public boolean keyable() {
        return !isSafe(method);
    }

    /** Whether a method changes nothing, so that a key means nothing to it. */
    public static boolean isSafe(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "QUERY" -> true;
            default -> false;
        };
    }
}
