package dev.reprise.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A file with a secret, as an operator has to make it: for its owner alone. */
public final class PrivateFile {
    private PrivateFile() {}

    /** Writes it. */
    public static Path write(Path file, String secret) throws IOException {
        return write(file, secret.getBytes(StandardCharsets.UTF_8));
    }

    static Path write(Path file, byte[] secret) throws IOException {
        return Files.setPosixFilePermissions(Files.write(file, secret), PosixFilePermissions.fromString("rw-------"));
    }
}
