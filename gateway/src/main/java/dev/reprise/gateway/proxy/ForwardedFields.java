package dev.reprise.gateway.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;

/**
 * Tells the service who called: {@code Forwarded} (RFC 7239) and the customary {@code X-Forwarded-*}.
 *
 * <p>What a caller claims in these fields is dropped, unless a proxy in front is trusted; then its words are kept and
 * this hop is added.
 */
final class ForwardedFields {
    private static final String FORWARDED = "Forwarded";
    private static final String FOR = "X-Forwarded-For";
    private static final String PROTO = "X-Forwarded-Proto";
    private static final String HOST = "X-Forwarded-Host";

    private final boolean trusted;

    ForwardedFields(boolean trusted) {
        this.trusted = trusted;
    }

    /** Changes the fields of the request that goes on to the service. */
    void apply(HttpServerRequest request, MultiMap fields) {
        SocketAddress peer = request.remoteAddress();
        String address = peer == null || peer.hostAddress() == null ? "unknown" : peer.hostAddress();
        HostAndPort authority = request.authority();
        String proto = request.isSSL() ? "https" : "http";

        append(fields, FOR, address);
        first(fields, PROTO, proto);
        StringBuilder forwarded = new StringBuilder("for=").append(node(address));
        if (authority != null) {
            first(fields, HOST, authority.toString());
            forwarded.append(";host=").append(quoted(authority.toString()));
        }
        append(fields, FORWARDED, forwarded.append(";proto=").append(proto).toString());
    }

    private void append(MultiMap fields, String name, String value) {
        boolean keep = trusted && fields.contains(name);
        fields.set(name, keep ? String.join(", ", fields.getAll(name)) + ", " + value : value);
    }

    /** The word of the first proxy counts: it is the one that saw the caller. */
    private void first(MultiMap fields, String name, String value) {
        if (!(trusted && fields.contains(name))) {
            fields.set(name, value);
        }
    }

    private static String node(String address) {
        return address.contains(":") ? quoted("[" + address + "]") : address;
    }

    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9.-]+")
                ? text
                : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
