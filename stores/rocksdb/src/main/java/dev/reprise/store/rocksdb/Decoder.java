package dev.reprise.store.rocksdb;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/** Reads the values that {@link Encoder} wrote; throws {@link IndexOutOfBoundsException} behind their end. */
final class Decoder {
    private final byte[] bytes;
    private int position;

    Decoder(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean hasMore() {
        return position < bytes.length;
    }

    int oneByte() {
        return bytes[position++] & 0xff;
    }

    long number() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte group = bytes[position++];
            value |= (long) (group & 0x7f) << shift;
            if (group >= 0) {
                return value;
            }
        }
    }

    int smallNumber() {
        return Math.toIntExact(number());
    }

    String text() {
        int length = smallNumber();
        String value = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return value;
    }

    byte[] counted() {
        int length = smallNumber();
        byte[] value = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return value;
    }

    byte[] rest() {
        byte[] value = Arrays.copyOfRange(bytes, position, bytes.length);
        position = bytes.length;
        return value;
    }

    Instant time() {
        return Instant.ofEpochSecond(number(), number());
    }

    long sortable() {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (bytes[position++] & 0xff);
        }
        return value;
    }
}
