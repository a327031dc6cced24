package dev.reprise.http;

/**
 * The demand that the keys of a route are issued by the server (S6).
 *
 * @param endpoint the path to which {@code POST} issues a key
 * @param issuer makes and recognises them
 */
public record IssuedKeys(String endpoint, KeyIssuer issuer) {
    /** @throws IllegalArgumentException if the endpoint is not a path */
    public IssuedKeys {
        if (!endpoint.startsWith("/") || endpoint.indexOf('?') >= 0 || endpoint.indexOf('{') >= 0) {
            throw new IllegalArgumentException("Keys are issued at one path, as in /v1/keys, and not at " + endpoint);
        }
    }
}
