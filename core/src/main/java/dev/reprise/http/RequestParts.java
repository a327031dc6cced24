package dev.reprise.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/** Some parts of requests together, of which only a hash is kept: there may be secrets among them. */
final class RequestParts {
    private RequestParts() {}

    /** The SHA-256 of each part behind its length; one that is missing differs from one that is empty. */
    static byte[] digest(List<RequestPart> parts, RequestView request, byte[] body) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
        for (RequestPart part : parts) {
            Optional<byte[]> found = part.in(request, body).map(text -> text.getBytes(StandardCharsets.UTF_8));
            digest.update(ByteBuffer.allocate(Integer.BYTES)
                    .putInt(found.map(bytes -> bytes.length).orElse(-1))
                    .array());
            found.ifPresent(digest::update);
        }
        return digest.digest();
    }
}
