package dev.reprise.encryption;

import dev.reprise.IdempotencyException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys that are given to this process, in a file or in an environment variable: one on a line, {@code name:key}, the key being 32
 * random bytes in Base64. The last one encrypts, all of them decrypt. So a new key is appended, and an old one is taken out when the
 * longest retention has passed since.
 *
 * <p>Thread-safe. No message and no {@link #toString} shows a key.
 */
public final class LocalKeyring implements Keyring {
    private static final int KEY_BYTES = 32;
    private static final String COMMENT = "#";
    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9._-]{1,100}):([A-Za-z0-9+/_-]+={0,2})");

    private final Map<String, SecretKey> keys;
    private final String current;
    private final AesGcm cipher;

    private LocalKeyring(Map<String, SecretKey> keys, String current, SecureRandom random) {
        this.keys = keys;
        this.current = current;
        this.cipher = new AesGcm(random);
    }

    /**
     * The keys in a file, which has to be {@linkplain SecretFile#requirePrivate private}.
     *
     * @throws IllegalArgumentException if there are none, a line is none, or others can read or write the file; the message says what to do
     */
    public static LocalKeyring ofFile(Path file) {
        try {
            SecretFile.requirePrivate(file);
            return parse(Files.readString(file, StandardCharsets.UTF_8), "The file " + file);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "The file of keys " + file + " cannot be read: " + e + "; `reprise key NAME` makes a key for it",
                    e);
        }
    }

    /**
     * The keys in a text, such as the value of an environment variable; spaces separate them as lines do.
     *
     * @throws IllegalArgumentException if there are none, or a part is none; the message says what to do
     */
    public static LocalKeyring of(String text) {
        return parse(text, "The text");
    }

    /** A line with a new key, for the end of the file. */
    public static String newLine(String name) {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        String line = name + ":" + Base64.getEncoder().encodeToString(key);
        parse(line, "The name");
        return line;
    }

    private static LocalKeyring parse(String text, String where) {
        Map<String, SecretKey> keys = new LinkedHashMap<>();
        String last = "";
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String content = line.contains(COMMENT) ? line.substring(0, line.indexOf(COMMENT)) : line;
            for (String part : content.strip().split("\\s+", -1)) {
                if (part.isEmpty()) {
                    continue;
                }
                Matcher matcher = LINE.matcher(part);
                byte[] key = matcher.matches() ? decoded(matcher.group(2)) : new byte[0];
                if (key.length != KEY_BYTES) {
                    throw new IllegalArgumentException(where + " has no key in line " + number
                            + "; write name:key, with 32 random bytes in Base64. `reprise key NAME` makes one");
                }
                last = matcher.group(1);
                if (keys.put(last, new SecretKeySpec(key, "AES")) != null) {
                    throw new IllegalArgumentException(where + " has two keys of the name " + last
                            + "; rename the newer one, for records name the key that they need");
                }
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(where + " has no keys; `reprise key NAME` makes one");
        }
        return new LocalKeyring(keys, last, new SecureRandom());
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    @Override
    public WrappedKey wrap(byte[] dataKey) {
        SecretKey key = keys.get(current);
        if (key == null) {
            throw new IllegalStateException("The current key is one of the keys");
        }
        return new WrappedKey(current, cipher.encrypt(key, dataKey, associated(current)));
    }

    @Override
    public byte[] unwrap(WrappedKey wrapped) {
        SecretKey key = keys.get(wrapped.keyName());
        if (key == null) {
            throw new IdempotencyException(
                    "It needs the key " + wrapped.keyName() + ", which is not among those given ("
                            + String.join(", ", keys.keySet())
                            + "); put it back in front of them until the longest retention has passed",
                    null);
        }
        return cipher.decrypt(key, wrapped.bytes(), associated(wrapped.keyName()));
    }

    private static byte[] associated(String keyName) {
        return ("reprise data key under " + keyName).getBytes(StandardCharsets.UTF_8);
    }

    /** The names alone. */
    @Override
    public String toString() {
        return "LocalKeyring" + keys.keySet();
    }
}
