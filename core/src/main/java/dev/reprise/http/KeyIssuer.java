package dev.reprise.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Issues keys for operations, and recognises them without storing any (S6).
 *
 * <p>A key contains its expiry, 16 random bytes, and an HMAC-SHA-256 over both, the route and the caller. So nobody
 * can make one without the secret, and none is valid for another route or caller. Verifying does the same work for
 * every key, and compares in constant time.
 *
 * <p>Immutable and thread-safe.
 */
public final class KeyIssuer {
    /** The shortest secret that is accepted, in bytes: as long as what it signs with. */
    public static final int MIN_SECRET_LENGTH = 32;

    private static final byte FORMAT = 1;
    private static final int SIGNED_LENGTH = 1 + Long.BYTES + 16;
    private static final int KEY_LENGTH = SIGNED_LENGTH + 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final List<SecretKeySpec> secrets;
    private final Duration validity;
    private final SecureRandom random = new SecureRandom();

    /**
     * An issuer.
     *
     * @param secrets one, or two while one replaces the other: the first signs, both are recognised; copied
     * @param validity for how long a key may be used
     * @throws IllegalArgumentException if there are more or fewer secrets, one is too short, or the validity is not
     *     positive
     */
    public KeyIssuer(List<byte[]> secrets, Duration validity) {
        if (secrets.isEmpty() || secrets.size() > 2) {
            throw new IllegalArgumentException("There are " + secrets.size()
                    + " secrets for issued keys; give one, or two while the first replaces the second");
        }
        for (byte[] secret : secrets) {
            if (secret.length < MIN_SECRET_LENGTH) {
                throw new IllegalArgumentException("A secret for issued keys has " + secret.length
                        + " bytes; it takes at least " + MIN_SECRET_LENGTH + " random ones");
            }
        }
        if (validity.isNegative() || validity.isZero()) {
            throw new IllegalArgumentException("The validity of issued keys has to be positive: " + validity);
        }
        this.secrets = secrets.stream()
                .map(secret -> new SecretKeySpec(secret, ALGORITHM))
                .toList();
        this.validity = validity;
    }

    /** For how long a key may be used. */
    public Duration validity() {
        return validity;
    }

    /** When a key that is issued at the given time expires. */
    Instant expiry(Instant now) {
        return now.plus(validity);
    }

    String issue(String route, String principal, Instant now) {
        byte[] nonce = new byte[16];
        random.nextBytes(nonce);
        byte[] signed = ByteBuffer.allocate(SIGNED_LENGTH)
                .put(FORMAT)
                .putLong(expiry(now).toEpochMilli())
                .put(nonce)
                .array();
        byte[] key = ByteBuffer.allocate(KEY_LENGTH)
                .put(signed)
                .put(signature(secrets.get(0), signed, route, principal))
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
    }

    /** Whether the key was issued for this route and this caller, and has not expired. */
    boolean isValid(String key, String route, String principal, Instant now) {
        byte[] bytes = decoded(key);
        byte[] signed = new byte[SIGNED_LENGTH];
        byte[] signature = new byte[KEY_LENGTH - SIGNED_LENGTH];
        ByteBuffer.wrap(bytes).get(signed).get(signature);
        boolean genuine = false;
        for (SecretKeySpec secret : secrets) {
            genuine |= MessageDigest.isEqual(signature, signature(secret, signed, route, principal));
        }
        boolean current = ByteBuffer.wrap(signed).getLong(1) > now.toEpochMilli();
        return genuine && signed[0] == FORMAT && current;
    }

    /** The bytes of a key, or as many zeros, which no secret signs, if the text is not what one of ours looks like. */
    private static byte[] decoded(String key) {
        byte[] none = new byte[KEY_LENGTH];
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(key);
            // The length leaves no spare bits, so there is only one way to write a key.
            return bytes.length == KEY_LENGTH && key.length() == KEY_LENGTH / 3 * 4 ? bytes : none;
        } catch (IllegalArgumentException e) {
            return none;
        }
    }

    private static byte[] signature(SecretKeySpec secret, byte[] signed, String route, String principal) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            mac.update(signed);
            byte[] routeBytes = route.getBytes(StandardCharsets.UTF_8);
            mac.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(routeBytes.length).flip());
            mac.update(routeBytes);
            return mac.doFinal(principal.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
        }
    }
}
