package dev.reprise.gateway.proxy;

import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.GatewayConfig;
import dev.reprise.gateway.config.ServerTls;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/** Makes sure that private keys belong to their certificates; otherwise a gateway starts, and each handshake fails. */
public final class KeyPairs {
    private static final byte[] TEXT = "reprise".getBytes(StandardCharsets.US_ASCII);

    private KeyPairs() {}

    /**
     * Looks at the pairs of the gateway.
     *
     * @throws ConfigException if one does not belong together, or cannot be used at all
     */
    public static void require(Vertx vertx, GatewayConfig config) {
        ServerTls own = config.tls();
        if (own != null) {
            require(vertx, "tls", ConnectionLimits.pem(own.certificate(), own.key()));
        }
        Path certificate = config.upstreamTls().certificate();
        Path key = config.upstreamTls().key();
        if (certificate != null && key != null) {
            require(vertx, "upstream-tls", ConnectionLimits.pem(certificate, key));
        }
    }

    private static void require(Vertx vertx, String setting, PemKeyCertOptions files) {
        String key = "the private key in " + files.getKeyPath();
        try {
            if (!belong(vertx, files)) {
                throw failed(
                        setting,
                        key + " does not belong to the first certificate in " + files.getCertPath()
                                + ", which has to be the gateway's own");
            }
        } catch (ConfigException e) {
            throw e;
        } catch (Exception e) {
            // Whatever the library has against a file.
            throw failed(setting, key + " cannot be used: " + FailureText.describe(e));
        }
    }

    private static ConfigException failed(String setting, String why) {
        return new ConfigException(setting + ".key: " + why).at("/" + setting + "/key");
    }

    private static boolean belong(Vertx vertx, PemKeyCertOptions files) throws Exception {
        for (KeyManager manager : files.getKeyManagerFactory(vertx).getKeyManagers()) {
            if (manager instanceof X509KeyManager keys) {
                for (String alias : aliases(keys)) {
                    X509Certificate[] chain = keys.getCertificateChain(alias);
                    if (!belong(keys.getPrivateKey(alias), chain[0].getPublicKey())) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static Iterable<String> aliases(X509KeyManager keys) {
        return Stream.of("RSA", "EC", "EdDSA", "Ed25519", "Ed448")
                .map(type -> keys.getServerAliases(type, null))
                .filter(aliases -> aliases != null)
                .flatMap(Arrays::stream)
                .distinct()
                .toList();
    }

    private static boolean belong(PrivateKey secret, PublicKey known) throws GeneralSecurityException {
        String kind = known.getAlgorithm();
        String algorithm = switch (kind) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> kind;
        };
        if (!secret.getAlgorithm().equals(kind)) {
            return false;
        }
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(secret);
        signature.update(TEXT);
        byte[] signed = signature.sign();
        signature.initVerify(known);
        signature.update(TEXT);
        return signature.verify(signed);
    }
}
