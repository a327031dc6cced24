package dev.reprise.store.rocksdb;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/** Writes values one after the other into bytes; {@link Decoder} reads them back in the same order. */
final class Encoder {
    private byte[] bytes;
    private int length;

    Encoder(int expectedLength) {
        bytes = new byte[expectedLength];
    }

    Encoder oneByte(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    /** A number that is not negative, in as few groups of seven bits as it needs. */
    Encoder number(long value) {
        room(10);
        long rest = value;
        while (rest > 0x7f) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        return this;
    }

    Encoder text(String value) {
        return counted(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes behind their number. */
    Encoder counted(byte[] value) {
        return number(value.length).rest(value);
    }

    /** Bytes alone, whose number the reader has to know. */
    Encoder rest(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
        return this;
    }

    /** A time that is not before 1970. */
    Encoder time(Instant value) {
        return number(value.getEpochSecond()).number(value.getNano());
    }

    /** Eight bytes that sort as the number does, if it is not negative. */
    Encoder sortable(long value) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
        return this;
    }

    byte[] toBytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
