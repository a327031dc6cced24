package dev.reprise.encryption;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** A file with a secret in it, such as keys of encryption, a password or who may use a console. */
public final class SecretFile {
    private static final Set<PosixFilePermission> TOO_OPEN =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE);

    private SecretFile() {}

    /**
     * Refuses a file that everybody may read, or that others than its owner may write. Its group may read it. Where files have no
     * permissions of POSIX, nothing is refused.
     *
     * @throws IllegalArgumentException if it is such a file; the message says what to do
     * @throws IOException if it is not there, or its permissions cannot be read
     */
    public static void requirePrivate(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")
                && Files.getPosixFilePermissions(file).stream().anyMatch(TOO_OPEN::contains)) {
            throw new IllegalArgumentException(
                    "The file " + file
                            + " has a secret, and may be read or written by others; chmod 600 it, or set defaultMode of a mounted secret to 0400");
        }
    }
}
