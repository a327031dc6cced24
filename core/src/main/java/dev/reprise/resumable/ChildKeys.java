package dev.reprise.resumable;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reprise.OperationId;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Idempotency keys for remote steps: the same for the same step of the same operation, and no other (P3). */
final class ChildKeys {
    private static final int BYTES = 16;

    private ChildKeys() {}

    static String of(OperationId id, String step) {
        ByteArrayOutputStream parts = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(parts)) {
            for (String part : new String[] {
                id.scope().principal(), id.scope().route(), id.key().value(), step
            }) {
                byte[] bytes = part.getBytes(UTF_8);
                // The lengths in front keep the parts apart.
                out.writeInt(bytes.length);
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(Arrays.copyOf(sha256(parts.toByteArray()), BYTES));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
