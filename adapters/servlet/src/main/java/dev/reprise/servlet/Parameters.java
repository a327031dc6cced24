package dev.reprise.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The parameters of a request whose body the container does not parse because the filter has read it. */
final class Parameters {
    private static final String FORM = "application/x-www-form-urlencoded";

    private Parameters() {}

    /**
     * Those of the query and those of a form in the body.
     *
     * @throws IllegalStateException if the form is not well encoded
     */
    static Map<String, String[]> of(Map<String, String[]> query, HttpServletRequest request, byte[] body) {
        Map<String, String[]> all = new LinkedHashMap<>(query);
        if (request.getMethod().equals("POST") && isForm(request.getContentType())) {
            String encoding = request.getCharacterEncoding();
            Charset charset = encoding == null ? StandardCharsets.UTF_8 : Charset.forName(encoding);
            // The fields are ASCII before they are decoded, and nothing is lost of those that are not.
            for (String pair : new String(body, charset).split("&", -1)) {
                if (!pair.isEmpty()) {
                    int equals = pair.indexOf('=');
                    String name = decode(equals < 0 ? pair : pair.substring(0, equals), charset);
                    String value = equals < 0 ? "" : decode(pair.substring(equals + 1), charset);
                    all.merge(name, new String[] {value}, Parameters::joined);
                }
            }
        }
        return Collections.unmodifiableMap(all);
    }

    private static boolean isForm(@Nullable String contentType) {
        return contentType != null && contentType.split(";", 2)[0].strip().equalsIgnoreCase(FORM);
    }

    private static String decode(String text, Charset charset) {
        try {
            return URLDecoder.decode(text, charset);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("The form in the request body is not well encoded", e);
        }
    }

    private static String[] joined(String[] before, String[] after) {
        return Stream.of(before, after).flatMap(Stream::of).toArray(String[]::new);
    }
}
