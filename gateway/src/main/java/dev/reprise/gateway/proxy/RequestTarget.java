package dev.reprise.gateway.proxy;

import io.vertx.core.http.HttpMethod;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The target of a request (RFC 9112, section 3.2), checked once. Nothing in it is rewritten: services get the characters that
 * the caller has sent.
 *
 * @param path still percent-encoded
 * @param query without the question mark; empty if there is none
 * @param sentOn what a service gets: the same without the scheme and the host, where the caller named them
 * @param authority the host that the caller named in the target; empty if it did not
 */
record RequestTarget(String path, String query, String sentOn, String authority) {
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://([^/?]*)(.*)");

    /**
     * The target, or nothing if it is none.
     *
     * @param lines whether the message came in lines, in which a target may name the host
     */
    static Optional<RequestTarget> of(HttpMethod method, String uri, boolean lines) {
        if (!isVisible(uri)) {
            return Optional.empty();
        }
        if (uri.startsWith("/")) {
            return origin(uri, "");
        }
        if (method.equals(HttpMethod.CONNECT)) {
            return Authority.isValid(uri) ? Optional.of(new RequestTarget("", "", uri, uri)) : Optional.empty();
        }
        if (uri.equals("*")) {
            return method.equals(HttpMethod.OPTIONS)
                    ? Optional.of(new RequestTarget(uri, "", uri, ""))
                    : Optional.empty();
        }
        Matcher absolute = ABSOLUTE.matcher(uri);
        if (!lines || !absolute.matches() || !Authority.isValid(absolute.group(1))) {
            return Optional.empty();
        }
        String rest = absolute.group(2);
        return origin(rest.startsWith("/") ? rest : "/" + rest, absolute.group(1));
    }

    private static Optional<RequestTarget> origin(String uri, String authority) {
        int mark = uri.indexOf('?');
        String path = mark < 0 ? uri : uri.substring(0, mark);
        return hasValidEscapes(path)
                ? Optional.of(new RequestTarget(path, mark < 0 ? "" : uri.substring(mark + 1), uri, authority))
                : Optional.empty();
    }

    /** Nothing that ends a line or a target, nothing outside of ASCII, and no fragment. */
    private static boolean isVisible(String uri) {
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                return false;
            }
        }
        return true;
    }

    /** In a query, many callers send a percent sign that escapes nothing; a path with one cannot be compared. */
    private static boolean hasValidEscapes(String path) {
        for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
            if (!isEscape(path, i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the percent sign at the place has two digits behind it. */
    static boolean isEscape(String text, int at) {
        return at + 2 < text.length() && isHex(text.charAt(at + 1)) && isHex(text.charAt(at + 2));
    }

    static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
}
