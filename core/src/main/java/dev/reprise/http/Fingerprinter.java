package dev.reprise.http;

import dev.reprise.RequestFingerprint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * Fingerprints requests (S11).
 *
 * <p>Version 1 is the SHA-256 of method, path, query and {@linkplain MediaType#meaning media type}, each in UTF-8
 * behind its length in four bytes, followed by the body as it was sent. Thread-safe.
 */
final class Fingerprinter {
    private static final int VERSION = 1;

    private final MessageDigest prototype;

    Fingerprinter() {
        try {
            prototype = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    RequestFingerprint.Source of(RequestView request, byte[] body) {
        RequestFingerprint current = new RequestFingerprint(VERSION, version1(request, body));
        return new RequestFingerprint.Source() {
            @Override
            public RequestFingerprint current() {
                return current;
            }

            @Override
            public Optional<RequestFingerprint> of(int version) {
                return version == VERSION ? Optional.of(current) : Optional.empty();
            }
        };
    }

    private byte[] version1(RequestView request, byte[] body) {
        MessageDigest digest = newDigest();
        update(digest, request.method());
        update(digest, request.path());
        update(digest, request.query());
        update(digest, MediaType.meaning(request.header("Content-Type")));
        return digest.digest(body);
    }

    private static void update(MessageDigest digest, String field) {
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        // One update for both, because each costs about as much as the hashing of such a short field.
        digest.update(ByteBuffer.allocate(Integer.BYTES + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array());
    }

    /** A copy of the prototype, which costs a fraction of a look-up by name. */
    private MessageDigest newDigest() {
        try {
            return (MessageDigest) prototype.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The SHA-256 of this Java platform cannot be copied", e);
        }
    }
}
