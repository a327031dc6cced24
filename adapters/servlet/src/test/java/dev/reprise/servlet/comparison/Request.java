package dev.reprise.servlet.comparison;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A request as it goes over the wire.
 *
 * @param fields its header fields, each as a line
 * @param body one byte per character
 * @param chunked whether its body comes in chunks instead of with its length
 */
record Request(String method, String target, List<String> fields, String body, boolean chunked) {
    static Request post(String target) {
        return new Request("POST", target, List.of(), "", false);
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

    Request body(String type, String text) {
        Request typed = type.isEmpty() ? this : field("Content-Type: " + type);
        return new Request(method, target, typed.fields, text, chunked);
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
        head.append(chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + body.length() + "\r\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
        if (chunked) {
            // In two chunks, so that nobody gets away with one.
            int half = body.length() / 2;
            writeChunk(bytes, body.substring(0, half));
            writeChunk(bytes, body.substring(half));
            bytes.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
        } else {
            bytes.writeBytes(body.getBytes(ISO_8859_1));
        }
        return bytes.toByteArray();
    }

    private static void writeChunk(ByteArrayOutputStream bytes, String chunk) {
        if (!chunk.isEmpty()) {
            bytes.writeBytes((Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n").getBytes(ISO_8859_1));
        }
    }
}
