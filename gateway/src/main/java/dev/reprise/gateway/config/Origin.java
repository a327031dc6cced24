package dev.reprise.gateway.config;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * A service behind the gateway.
 *
 * @param tls whether it speaks TLS
 * @param host its host name or IP address
 * @param port its port
 */
public record Origin(boolean tls, String host, int port) {
    /** @throws IllegalArgumentException if there is no such port */
    public Origin {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("No service has the port " + port + "; ports go from 1 to 65535");
        }
    }

    /**
     * Reads {@code http://host:port} or {@code https://host:port}, the port being optional.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static Origin parse(String text) {
        URI uri = uri(text);
        String scheme = uri.getScheme();
        boolean tls = "https".equalsIgnoreCase(scheme);
        if (uri.getHost() == null || !(tls || "http".equalsIgnoreCase(scheme))) {
            throw new IllegalArgumentException(
                    Unsaid.url(text) + " is not the address of a service; write it as in http://127.0.0.1:9000");
        }
        if (!uri.getRawPath().matches("/?")
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(Unsaid.url(text)
                    + " has more than scheme, host and port; paths are passed on as they come, so leave the rest out");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
        return new Origin(tls, uri.getHost().replaceAll("^\\[|]$", ""), port);
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            // Which has the whole text, so it is no cause.
            throw new IllegalArgumentException(Unsaid.url(text) + " is not a URL: " + e.getReason());
        }
    }

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
