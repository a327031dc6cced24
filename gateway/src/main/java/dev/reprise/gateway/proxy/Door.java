package dev.reprise.gateway.proxy;

import dev.reprise.http.ProblemDetails;
import dev.reprise.http.ProblemType;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What every request has to be before anything else looks at it, in both versions of HTTP: a head that can be sent on as it
 * is, and that nobody reads otherwise (RFC 9110, 9112 and 9113). The server below has refused what cannot be read at all.
 */
final class Door {
    private static final String MARKS = "!#$%&'*+-.^_`|~";

    private Door() {}

    /** Whether a request was let in. */
    sealed interface Entry {
        /**
         * The request may go on.
         *
         * @param target its checked target
         */
        record Admitted(RequestTarget target) implements Entry {}

        /**
         * The request goes nowhere.
         *
         * @param refusal what the caller gets
         * @param last whether nobody can tell where the next request on its connection begins
         */
        record Refused(ProblemDetails refusal, boolean last) implements Entry {}
    }

    /** Looks at a request in the turn in which it came. */
    static Entry enter(HttpServerRequest request) {
        boolean lines = request.version() != HttpVersion.HTTP_2;
        Optional<RequestTarget> target = RequestTarget.of(request.method(), request.uri(), lines);
        if (target.isEmpty()) {
            return refused("The target of the request is none (RFC 9112, section 3.2).");
        }
        if (!hasValidFields(request.headers(), lines)) {
            return refused("A field of the request has no valid name or value (RFC 9110, section 5).");
        }
        if (lines && request.headers().contains(HttpHeaders.TRANSFER_ENCODING) && !isChunked(request)) {
            return framedStrangely(request);
        }
        if (!(lines ? hasOneHost(request) : hasAuthority(request))) {
            return refused("The request does not say in one valid way which host it is for (RFC 9110, section 7.2).");
        }
        if (!lines) {
            joinCookies(request.headers());
        } else if (!target.get().authority().isEmpty()) {
            // It counts more than the field, for everybody who asks from now on (RFC 9112, section 3.2.2).
            request.headers().set(HttpHeaders.HOST, target.get().authority());
        }
        return expectsTheImpossible(request)
                ? new Entry.Refused(
                        malformed("Nothing but 100-continue can be expected here.")
                                .withStatus(417),
                        false)
                : new Entry.Admitted(target.get());
    }

    /** The answer to a caller whose request is none. */
    static ProblemDetails malformed(String reason) {
        return ProblemType.MALFORMED_REQUEST.refusal(reason + " Nothing was executed.");
    }

    private static Entry refused(String reason) {
        return new Entry.Refused(malformed(reason), false);
    }

    private static boolean hasValidFields(MultiMap fields, boolean lines) {
        for (Map.Entry<String, String> field : fields) {
            if (!isName(field.getKey()) || !isValue(field.getValue(), lines)) {
                return false;
            }
        }
        return true;
    }

    /** Whether it is a token (RFC 9110, section 5.6.2), as names of fields and methods are. */
    static boolean isName(CharSequence name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!((c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || MARKS.indexOf(c) >= 0)) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** Lines have lost the space around their values by now; in frames there must not have been any. */
    static boolean isValue(String value, boolean lines) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                return false;
            }
        }
        return lines || value.isEmpty() || (value.charAt(0) > ' ' && value.charAt(value.length() - 1) > ' ');
    }

    private static boolean isChunked(HttpServerRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        return request.version() != HttpVersion.HTTP_1_0
                && codings.size() == 1
                && codings.get(0).equalsIgnoreCase("chunked");
    }

    /**
     * Somebody else might see another end of this request than we do: what follows it could then be taken for a request of
     * its own, or the other way round (RFC 9112, sections 6.1 and 11.2).
     */
    private static Entry framedStrangely(HttpServerRequest request) {
        return new Entry.Refused(
                malformed("The only transfer coding that is known here is chunked, once, and not in version 1.0.")
                        .withStatus(request.version() == HttpVersion.HTTP_1_0 ? 400 : 501),
                true);
    }

    private static boolean hasOneHost(HttpServerRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        if (hosts.isEmpty()) {
            return request.version() == HttpVersion.HTTP_1_0;
        }
        return hosts.size() == 1 && Authority.isValid(hosts.get(0));
    }

    private static boolean hasAuthority(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        String scheme = request.scheme();
        return authority != null
                && Authority.isValid(authority.toString())
                && ("http".equals(scheme) || "https".equals(scheme));
    }

    /** Frames carry a cookie in pieces, which are one field anywhere else (RFC 9113, section 8.2.3). */
    private static void joinCookies(MultiMap fields) {
        List<String> pieces = fields.getAll(HttpHeaders.COOKIE);
        if (pieces.size() > 1) {
            fields.set(HttpHeaders.COOKIE, String.join("; ", pieces));
        }
    }

    private static boolean expectsTheImpossible(HttpServerRequest request) {
        String expectation = request.getHeader(HttpHeaders.EXPECT);
        return expectation != null
                && request.version() != HttpVersion.HTTP_1_0
                && !expectation.equalsIgnoreCase(HttpHeaders.CONTINUE.toString());
    }
}
