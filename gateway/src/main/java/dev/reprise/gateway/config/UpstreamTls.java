package dev.reprise.gateway.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the gateway recognises services that speak TLS, and shows who it is. Host names are always checked.
 *
 * @param trust the file of the certificates to trust, in PEM; those of the Java platform if null
 * @param certificate the file of the gateway's own certificate chain, in PEM, for services that ask; null without one
 * @param key the file of its private key, in PEM
 */
public record UpstreamTls(
        @Nullable Path trust,
        @Nullable Path certificate,
        @Nullable Path key) {
    /** Trusts what the Java platform trusts, and has no certificate of its own. */
    public static final UpstreamTls SYSTEM = new UpstreamTls(null, null, null);

    /** @throws IllegalArgumentException if one of certificate and key is given without the other */
    public UpstreamTls {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("A certificate needs its key, and a key its certificate");
        }
    }
}
