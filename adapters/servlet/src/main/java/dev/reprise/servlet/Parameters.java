package dev.reprise.servlet;

import jakarta.servlet.ServletException;
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
    static Map<String, String[]> of(Map<String, String[]> query, BufferedRequest request, byte[] body) {
        Map<String, String[]> all = new LinkedHashMap<>(query);
        if (request.getMethod().equals("POST") && isForm(request.getContentType())) {
            addForm(new String(body, charset(request)), charset(request), all);
        } else if (request.getMethod().equals("POST") && Multipart.isForm(request.getContentType())) {
            addFields(request, all);
        }
        return Collections.unmodifiableMap(all);
    }

    private static Charset charset(BufferedRequest request) {
        String encoding = request.getCharacterEncoding();
        return encoding == null ? StandardCharsets.UTF_8 : Charset.forName(encoding);
    }

    private static void addForm(String form, Charset charset, Map<String, String[]> all) {
        for (String pair : form.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals), charset);
                add(name, equals < 0 ? "" : decode(pair.substring(equals + 1), charset), all);
            }
        }
    }

    private static void addFields(BufferedRequest request, Map<String, String[]> all) {
        try {
            for (BufferedPart part : request.parts()) {
                if (part.isField()) {
                    add(part.getName(), part.text(charset(request)), all);
                }
            }
        } catch (ServletException e) {
            throw new IllegalStateException("The form in the request body cannot be read", e);
        }
    }

    private static void add(String name, String value, Map<String, String[]> all) {
        all.merge(name, new String[] {value}, Parameters::joined);
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
