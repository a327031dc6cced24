package dev.reprise.gateway.operations;

import dev.reprise.gateway.config.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * How commands on the same machine reach a running gateway: a file in its store folder, which only the gateway's user
 * can read, holds the address and a secret.
 *
 * @param address where the gateway listens for its operator
 * @param secret what a command shows to be let in
 */
public record AdminAccess(Address address, String secret) {
    private static final String FILE = "admin";

    /** Access with a new secret. */
    public static AdminAccess create(Address address) {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return new AdminAccess(address, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    }

    /** The access to the gateway that uses the folder, if one says so. */
    public static Optional<AdminAccess> read(Path store) {
        try {
            List<String> lines = Files.readAllLines(store.resolve(FILE));
            return lines.size() < 2
                    ? Optional.empty()
                    : Optional.of(new AdminAccess(Address.parse(lines.get(0)), lines.get(1)));
        } catch (NoSuchFileException | IllegalArgumentException e) {
            // Nothing that a gateway has left.
            return Optional.empty();
        } catch (FileSystemException e) {
            throw new UncheckedIOException(
                    "The file " + e.getFile() + " cannot be read; run the command as the user of the gateway", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves the access in the folder. */
    public void write(Path store) throws IOException {
        Path file = store.resolve(FILE + ".new");
        Files.deleteIfExists(file);
        if (store.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, address + "\n" + secret + "\n");
        Files.move(file, store.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Takes the access out of the folder. */
    public static void remove(Path store) throws IOException {
        Files.deleteIfExists(store.resolve(FILE));
    }

    /** Whether the given value of an {@code Authorization} field shows the secret, in constant time. */
    public boolean admits(String authorization) {
        return MessageDigest.isEqual(
                authorization.getBytes(StandardCharsets.UTF_8), credential().getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the text is the secret, in constant time. */
    public boolean isSecret(String text) {
        return admits("Bearer " + text);
    }

    /** The value of the {@code Authorization} field. */
    String credential() {
        return "Bearer " + secret;
    }

    /** The secret stays out of logs. */
    @Override
    public String toString() {
        return "AdminAccess[" + address + "]";
    }
}
