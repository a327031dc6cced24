package dev.reprise.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority made for a test, and the certificates that it issues, as files in PEM. Used by one thread. */
final class TestCertificates {
    private static final String PASSWORD = "changeit";
    private static final String AUTHORITY = "authority";

    private final Path folder;
    private final Path keys;

    /**
     * The files of somebody.
     *
     * @param certificate the chain, in PEM
     * @param key the private key, in PEM
     */
    record Identity(Path certificate, Path key) {}

    /** @param folder an empty folder for the files */
    TestCertificates(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.keys = folder.resolve("keys.p12");
        make(AUTHORITY, "bc:c");
    }

    /** The certificate of the authority, in PEM. */
    Path authority() throws IOException, GeneralSecurityException {
        return pem(AUTHORITY).certificate();
    }

    /**
     * Issues a certificate.
     *
     * @param name who gets it
     * @param alternatives the addresses it is for, such as {@code dns:localhost}
     */
    Identity issue(String name, String alternatives)
            throws IOException, InterruptedException, GeneralSecurityException {
        make(name, "san=" + alternatives, "-signer", AUTHORITY);
        return pem(name);
    }

    /** What makes a client trust the authority. */
    SSLContext clientContext() throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(AUTHORITY, store().getCertificate(AUTHORITY));
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private void make(String name, String extension, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                // Ends soon.
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-ext",
                extension,
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError("keytool failed: " + output);
        }
    }

    private KeyStore store() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private Identity pem(String name) throws IOException, GeneralSecurityException {
        KeyStore store = store();
        StringBuilder chain = new StringBuilder();
        for (Certificate certificate : store.getCertificateChain(name)) {
            chain.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return new Identity(
                Files.writeString(folder.resolve(name + ".crt"), chain),
                Files.writeString(
                        folder.resolve(name + ".key"),
                        pem(
                                "PRIVATE KEY",
                                store.getKey(name, PASSWORD.toCharArray()).getEncoded())));
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + type
                + "-----\n";
    }
}
