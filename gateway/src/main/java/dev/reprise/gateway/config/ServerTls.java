package dev.reprise.gateway.config;

import java.nio.file.Path;

/**
 * What makes the gateway speak TLS to its callers.
 *
 * @param certificate the file of its certificate chain, in PEM
 * @param key the file of the private key, in PEM
 */
public record ServerTls(Path certificate, Path key) {
    /** Checks that both were said. */
    public ServerTls {
        if (certificate == null || key == null) {
            throw new IllegalArgumentException("TLS needs both a certificate and a key, each a file in PEM");
        }
    }
}
