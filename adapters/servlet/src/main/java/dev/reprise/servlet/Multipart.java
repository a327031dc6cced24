package dev.reprise.servlet;

import dev.reprise.Headers;
import jakarta.servlet.ServletException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes the parts out of a multipart form (RFC 7578) that the container does not parse because the filter has read it. */
final class Multipart {
    private static final String FORM = "multipart/form-data";
    private static final Pattern PARAMETER =
            Pattern.compile(";\\s*([\\w*-]+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^;\\s]*))");

    private final byte[] body;
    private final byte[] delimiter;
    private final Path folder;

    private Multipart(byte[] body, byte[] delimiter, Path folder) {
        this.body = body;
        this.delimiter = delimiter;
        this.folder = folder;
    }

    static boolean isForm(@Nullable String contentType) {
        return contentType != null && contentType.split(";", 2)[0].strip().equalsIgnoreCase(FORM);
    }

    /**
     * Parses a body.
     *
     * @param folder where parts are written that are given a relative name
     * @throws ServletException if it is not a multipart form
     */
    static List<BufferedPart> parse(@Nullable String contentType, byte[] body, Path folder) throws ServletException {
        String boundary = isForm(contentType)
                ? parameter(String.valueOf(contentType), "boundary").orElse("")
                : "";
        if (boundary.isEmpty()) {
            throw new ServletException("The request body is not a multipart form with a boundary");
        }
        // The line break before a delimiter belongs to it; the first one may do without.
        byte[] delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
        return new Multipart(body, delimiter, folder).parts();
    }

    /** The value of a parameter of a field. */
    static Optional<String> parameter(String field, String name) {
        Matcher matcher = PARAMETER.matcher(field);
        while (matcher.find()) {
            if (matcher.group(1).equalsIgnoreCase(name)) {
                String quoted = matcher.group(2);
                return Optional.of(quoted == null ? matcher.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
            }
        }
        return Optional.empty();
    }

    private List<BufferedPart> parts() throws ServletException {
        List<BufferedPart> parts = new ArrayList<>();
        int end = startsWith(0, 2) ? delimiter.length - 2 : afterDelimiter(0);
        while (!(at(end) == '-' && at(end + 1) == '-')) {
            int head = find("\r\n".getBytes(StandardCharsets.US_ASCII), end) + 2;
            int next = find(delimiter, head - 2);
            parts.add(part(head, next));
            end = next + delimiter.length;
        }
        return parts;
    }

    private int afterDelimiter(int from) throws ServletException {
        return find(delimiter, from) + delimiter.length;
    }

    private BufferedPart part(int from, int to) throws ServletException {
        Headers.Builder headers = Headers.builder();
        int line = from;
        while (true) {
            int end = Math.min(find("\r\n".getBytes(StandardCharsets.US_ASCII), line), to);
            if (end <= line) {
                return new BufferedPart(headers.build(), body, Math.min(line + 2, to), to, folder);
            }
            String field = new String(body, line, end - line, StandardCharsets.UTF_8);
            int colon = field.indexOf(':');
            if (colon < 1) {
                throw new ServletException("A part of the multipart form has a malformed header");
            }
            headers.add(
                    field.substring(0, colon).strip(),
                    field.substring(colon + 1).strip());
            line = end + 2;
        }
    }

    private int at(int index) {
        return index < body.length ? body[index] : -1;
    }

    private int find(byte[] sought, int from) throws ServletException {
        for (int i = from; i <= body.length - sought.length; i++) {
            int j = 0;
            while (j < sought.length && body[i + j] == sought[j]) {
                j++;
            }
            if (j == sought.length) {
                return i;
            }
        }
        throw new ServletException("The multipart form in the request body is cut short");
    }

    /** Whether the delimiter, without its first bytes, is at that place. */
    private boolean startsWith(int from, int skipped) {
        for (int i = skipped; i < delimiter.length; i++) {
            if (at(from + i - skipped) != delimiter[i]) {
                return false;
            }
        }
        return true;
    }
}
