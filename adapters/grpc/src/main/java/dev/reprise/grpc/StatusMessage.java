package dev.reprise.grpc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A status description as the field {@code grpc-message} has it on the wire: UTF-8, percent-encoded. */
final class StatusMessage {
    private static final String HEX = "0123456789ABCDEF";

    private StatusMessage() {}

    static String encoded(String description) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : description.getBytes(StandardCharsets.UTF_8)) {
            if (b >= 0x20 && b <= 0x7e && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX.charAt((b >> 4) & 0xf)).append(HEX.charAt(b & 0xf));
            }
        }
        return encoded.toString();
    }

    /** The description. What is no escape stands for itself. */
    static String decoded(String field) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            int high = c == '%' && i + 2 < field.length() ? Character.digit(field.charAt(i + 1), 16) : -1;
            int low = high >= 0 ? Character.digit(field.charAt(i + 2), 16) : -1;
            if (low >= 0) {
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
