package dev.reprise.grpc;

import dev.reprise.RequestFingerprint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * The fingerprint of a call (S11): the SHA-256 of the full name of its method, in UTF-8 behind its length in four bytes,
 * followed by the message as marshalled.
 *
 * @param current by the one version that there is
 */
record CallFingerprint(RequestFingerprint current) implements RequestFingerprint.Source {
    private static final int VERSION = 1;

    static CallFingerprint of(String method, byte[] message) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] name = method.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
            digest.update(name);
            digest.update(message);
            return new CallFingerprint(new RequestFingerprint(VERSION, digest.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    @Override
    public Optional<RequestFingerprint> of(int version) {
        return version == VERSION ? Optional.of(current) : Optional.empty();
    }
}
