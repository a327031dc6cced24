package dev.reprise.http;

import dev.reprise.Body;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The parts of a multipart body (RFC 2046, section 5.1), for fingerprints. Strict: a body that two readers could take apart
 * differently has none. It is not a library's, because records are compared by it for as long as they are kept (S11).
 */
final class MultipartBody {
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};
    private static final int MOST_PARTS = 10_000;

    private MultipartBody() {}

    /**
     * A part.
     *
     * @param fields its head, by names in lower case
     * @param content its bytes
     */
    record Part(Map<String, String> fields, Body content) {
        String field(String name) {
            return fields.getOrDefault(name, "");
        }
    }

    /** The parts in their order; nothing if the body is not such parts and nothing else. */
    static Optional<List<Part>> parts(List<String> contentType, byte[] body) {
        return MediaType.boundary(contentType)
                .flatMap(boundary -> parts(("--" + boundary).getBytes(StandardCharsets.ISO_8859_1), body));
    }

    private static Optional<List<Part>> parts(byte[] delimiter, byte[] body) {
        if (!startsWith(body, 0, delimiter)) {
            return Optional.empty();
        }
        byte[] next = concatenated(LINE_END, delimiter);
        List<Part> parts = new ArrayList<>();
        int at = delimiter.length;
        while (startsWith(body, at, LINE_END) && parts.size() < MOST_PARTS) {
            int end = indexOf(body, next, at);
            Optional<Part> part = end < 0 ? Optional.empty() : part(body, at + LINE_END.length, end);
            if (part.isEmpty()) {
                return Optional.empty();
            }
            parts.add(part.get());
            at = end + next.length;
        }
        boolean ended = startsWith(body, at, new byte[] {'-', '-'})
                && (at + 2 == body.length || Arrays.equals(body, at + 2, body.length, LINE_END, 0, LINE_END.length));
        return ended ? Optional.of(parts) : Optional.empty();
    }

    /** A part between two delimiters; a head may be empty. */
    private static Optional<Part> part(byte[] body, int from, int to) {
        boolean bare = startsWith(body, from, LINE_END);
        int headEnd = bare ? from - LINE_END.length : indexOf(body, HEAD_END, from);
        int contentStart = headEnd + HEAD_END.length;
        if ((headEnd < 0 && !bare) || contentStart > to) {
            return Optional.empty();
        }
        String head = bare ? "" : new String(body, from, headEnd - from, StandardCharsets.ISO_8859_1);
        return fields(head).map(fields -> new Part(fields, Body.of(Arrays.copyOfRange(body, contentStart, to))));
    }

    private static Optional<Map<String, String>> fields(String head) {
        Map<String, String> fields = new TreeMap<>();
        for (String line : head.isEmpty() ? new String[0] : head.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            boolean folded = colon <= 0 || line.charAt(0) == ' ' || line.charAt(0) == '\t';
            if (folded
                    || fields.put(
                                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                                    line.substring(colon + 1).strip())
                            != null) {
                return Optional.empty();
            }
        }
        return Optional.of(fields);
    }

    private static boolean startsWith(byte[] body, int at, byte[] prefix) {
        return at >= 0
                && at + prefix.length <= body.length
                && Arrays.equals(body, at, at + prefix.length, prefix, 0, prefix.length);
    }

    private static int indexOf(byte[] body, byte[] wanted, int from) {
        for (int at = from; at <= body.length - wanted.length; at++) {
            if (body[at] == wanted[0] && startsWith(body, at, wanted)) {
                return at;
            }
        }
        return -1;
    }

    private static byte[] concatenated(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
