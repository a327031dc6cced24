package dev.reprise.servlet;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The body of a request. */
final class ReadBody {
    private final byte[] meaning;
    private final byte[] unread;

    private ReadBody(byte[] meaning, byte[] unread) {
        this.meaning = meaning;
        this.unread = unread;
    }

    /**
     * Reads the whole body of a request.
     *
     * @return nothing if it is longer than the limit
     * @throws IOException if it is cut short (S20), or somebody else has read it
     */
    static Optional<ReadBody> read(HttpServletRequest request, int limit) throws IOException {
        long declared = request.getContentLengthLong();
        if (declared > limit) {
            return Optional.empty();
        }
        ServletInputStream input = request.getInputStream();
        boolean read = request.getHeader("Transfer-Encoding") != null && input.isFinished();
        byte[] body = input.readNBytes(limit == Integer.MAX_VALUE ? limit : limit + 1);
        if (body.length > limit) {
            return Optional.empty();
        }
        if (body.length == 0 && UrlEncodedForm.isType(request.getHeader("Content-Type"))) {
            byte[] form = fields(request);
            if (form.length > 0) {
                return Optional.of(new ReadBody(form, new byte[0]));
            }
        }
        if (read || body.length < declared) {
            throw new EOFException("The request body has " + body.length + " bytes of "
                    + (declared < 0 ? "an unknown number" : declared)
                    + ": it was cut short, or somebody before the filter has read it");
        }
        return Optional.of(new ReadBody(body, body));
    }

    /**
     * What makes it another request than others: the bytes that were sent, or a form made of the parameters that somebody
     * outside of the filter has read.
     */
    byte[] meaning() {
        return meaning;
    }

    /** What is left for the application. */
    byte[] unread() {
        return unread;
    }

    /** The parameters that are not of the query, as a form. */
    private static byte[] fields(HttpServletRequest request) {
        Map<String, Integer> ofQuery = new HashMap<>();
        String query = request.getQueryString();
        if (query != null) {
            UrlEncodedForm.read(
                    query.getBytes(StandardCharsets.UTF_8),
                    StandardCharsets.UTF_8,
                    ServletContainer.JETTY,
                    (name, value) -> ofQuery.merge(name, 1, Integer::sum));
        }
        StringBuilder form = new StringBuilder();
        request.getParameterMap().forEach((name, values) -> {
            for (int i = ofQuery.getOrDefault(name, 0); i < values.length; i++) {
                form.append(encoded(name))
                        .append('=')
                        .append(encoded(values[i]))
                        .append('&');
            }
        });
        return form.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
