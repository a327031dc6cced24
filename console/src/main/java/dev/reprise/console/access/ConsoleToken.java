package dev.reprise.console.access;

import dev.reprise.console.text.Choice;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The token with which somebody signs in: 256 random bits, of which only the hash is kept anywhere.
 *
 * @param text as it is typed
 */
public record ConsoleToken(String text) {
    /** A new one. */
    public static ConsoleToken create(SecureRandom random) {
        return new ConsoleToken(random(random));
    }

    /** 256 random bits in characters that need no escape anywhere. */
    static String random(SecureRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The line of a file of users that lets its holder in. */
    public String line(ConsoleUser user) {
        return user.name() + " " + Choice.written(user.role()) + " " + fingerprint();
    }

    /** Its hash in hexadecimal digits. */
    public String fingerprint() {
        return HexFormat.of().formatHex(hash(text));
    }

    /** SHA-256, which is enough for what nobody can guess. */
    static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java platform has it", e);
        }
    }

    /** It stays out of logs. */
    @Override
    public String toString() {
        return "ConsoleToken";
    }
}
