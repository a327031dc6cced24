package dev.reprise.gateway.config;

import org.jspecify.annotations.Nullable;

/**
 * Where a server listens.
 *
 * @param host a host name or an IP address
 * @param port the port; 0 lets the system choose a free one
 */
public record Address(String host, int port) {
    private static final String LOOPBACK = "127.0.0.1";

    /** @throws IllegalArgumentException if there is no such port */
    public Address {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("There is no port " + port + "; ports go from 0 to 65535");
        }
    }

    /**
     * Reads {@code host:port}, {@code [ipv6]:port}, or a port alone, which is one of the loopback interface.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static Address parse(String text) {
        if (text.contains("/") || text.isBlank()) {
            throw notAnAddress(text, null);
        }
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? LOOPBACK : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.contains(":")) {
            throw new IllegalArgumentException(
                    '"' + text + "\" is ambiguous; write IPv6 addresses in brackets, as in [::1]:8080");
        }
        try {
            return new Address(host.isEmpty() ? LOOPBACK : host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw notAnAddress(text, e);
        }
    }

    /** Whether only this machine gets there. */
    public boolean isLoopback() {
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.[0-9]{1,3}){3}");
    }

    private static IllegalArgumentException notAnAddress(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                '"' + text + "\" is not an address; write host:port or a port, as in 0.0.0.0:8080", cause);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
