package dev.reprise.encryption;

import dev.reprise.OperationId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What something is encrypted for: one part of one operation. It is associated with the encrypted bytes, so that they are good for
 * nothing else.
 *
 * @param part which part of a record
 * @param id of which operation
 * @param detail which of several such parts; empty if there is one
 */
record Purpose(Part part, OperationId id, String detail) {
    /** Parts of a record. */
    enum Part {
        RESPONSE(0),
        INPUT(1),
        STEP(2);

        private final byte code;

        Part(int code) {
            this.code = (byte) code;
        }
    }

    static Purpose response(OperationId id) {
        return new Purpose(Part.RESPONSE, id, "");
    }

    static Purpose input(OperationId id) {
        return new Purpose(Part.INPUT, id, "");
    }

    static Purpose step(OperationId id, String name) {
        return new Purpose(Part.STEP, id, name);
    }

    /** Different bytes for different purposes, behind the given ones. */
    byte[] associated(byte[] head, int headLength) {
        byte[] principal = bytes(id.scope().principal());
        byte[] route = bytes(id.scope().route());
        byte[] key = bytes(id.key().value());
        byte[] last = bytes(detail);
        ByteBuffer all = ByteBuffer.allocate(
                headLength + 1 + 3 * Integer.BYTES + principal.length + route.length + key.length + last.length);
        all.put(head, 0, headLength).put(part.code);
        all.putInt(principal.length).put(principal);
        all.putInt(route.length).put(route);
        all.putInt(key.length).put(key);
        return all.put(last).array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return switch (part) {
            case RESPONSE -> "The answer of " + id;
            case INPUT -> "The input of " + id;
            case STEP -> "The step " + detail + " of " + id;
        };
    }
}
