package dev.reprise.gateway.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import org.jspecify.annotations.Nullable;

/**
 * Checks the files that TLS needs before anything is started. Otherwise the mistake would show at the first connection
 * to a service, and look as if the service were at fault.
 */
final class PemFile {
    private PemFile() {}

    /** @throws ConfigException if a file is named that holds no certificate */
    static void requireCertificate(String setting, @Nullable Path file) {
        if (file == null) {
            return;
        }
        requireFile(setting, file);
        try (InputStream content = Files.newInputStream(file)) {
            if (!CertificateFactory.getInstance("X.509")
                    .generateCertificates(content)
                    .isEmpty()) {
                return;
            }
        } catch (CertificateException e) {
            throw failed(setting, "the file " + file + " holds no certificate in PEM");
        } catch (IOException e) {
            throw failed(setting, "the file " + file + " cannot be read: " + Reason.of(e));
        }
        throw failed(setting, "the file " + file + " holds no certificate in PEM");
    }

    /** @throws ConfigException if a file is named that holds no private key, or one with a password */
    static void requireKey(String setting, @Nullable Path file) {
        if (file == null) {
            return;
        }
        requireFile(setting, file);
        String text;
        try {
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw failed(setting, "the file " + file + " cannot be read: " + Reason.of(e));
        }
        if (text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")) {
            throw failed(setting, "the private key in " + file + " has a password; the gateway needs it without");
        }
        if (!text.matches("(?s).*-----BEGIN ([A-Z]+ )?PRIVATE KEY-----.*")) {
            throw failed(setting, "the file " + file + " holds no private key in PEM");
        }
    }

    private static ConfigException failed(String setting, String why) {
        return new ConfigException(setting + ": " + why).at("/" + setting.replace('.', '/'));
    }

    private static void requireFile(String setting, Path file) {
        if (!Files.isRegularFile(file)) {
            throw failed(setting, "there is no file " + file);
        }
        if (!Files.isReadable(file)) {
            throw failed(setting, "the file " + file + " cannot be read: this user is not allowed to");
        }
    }
}
