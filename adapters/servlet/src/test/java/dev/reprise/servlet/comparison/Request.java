package dev.reprise.servlet.comparison;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A request as it goes over the wire.
 *
 * @param fields its header fields, each as a line
 * @param chunked whether its body comes in chunks instead of with its length
 */
record Request(String method, String target, List<String> fields, byte[] body, boolean chunked) {
    static Request post(String target) {
        return new Request("POST", target, List.of(), new byte[0], false);
    }

    Request method(String chosen) {
        return new Request(chosen, target, fields, body, chunked);
    }

    Request at(String chosen) {
        return new Request(method, chosen, fields, body, chunked);
    }

    Request field(String line) {
        List<String> more = new ArrayList<>(fields);
        more.add(line);
        return new Request(method, target, List.copyOf(more), body, chunked);
    }

    /** With a body of one byte per character. */
    Request body(String type, String text) {
        Request typed = type.isEmpty() ? this : field("Content-Type: " + type);
        return new Request(method, target, typed.fields, text.getBytes(ISO_8859_1), chunked);
    }

    Request inChunks() {
        return new Request(method, target, fields, body, true);
    }

    byte[] toBytes(String row, String key) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: shop.example\r\n");
        head.append("X-Row: ")
                .append(row)
                .append("\r\nIdempotency-Key: ")
                .append(key)
                .append("\r\n");
        fields.forEach(line -> head.append(line).append("\r\n"));
        head.append(chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + body.length + "\r\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
        if (chunked) {
            // In two chunks, so that nobody gets away with one.
            int half = body.length / 2;
            writeChunk(bytes, 0, half);
            writeChunk(bytes, half, body.length - half);
            bytes.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
        } else {
            bytes.writeBytes(body);
        }
        return bytes.toByteArray();
    }

    private void writeChunk(ByteArrayOutputStream bytes, int from, int length) {
        if (length > 0) {
            bytes.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
            bytes.write(body, from, length);
            bytes.writeBytes("\r\n".getBytes(ISO_8859_1));
        }
    }
}
