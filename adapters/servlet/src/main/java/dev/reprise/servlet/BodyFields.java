package dev.reprise.servlet;

import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The fields and files of a form that is the body of a request, read when somebody asks for them. Not thread-safe. */
final class BodyFields {
    private final HttpServletRequest request;
    private final BufferedInput input;
    private final ServletContainer container;
    private final Map<String, String[]> fields = new LinkedHashMap<>();
    private @Nullable List<BufferedPart> parts;
    private @Nullable UnreadableForm broken;
    private boolean asked;
    private boolean partsFirst;

    /**
     * The form in a body.
     *
     * @param request says how it is encoded
     * @param input the body, of which the form is what nobody has read
     */
    BodyFields(HttpServletRequest request, BufferedInput input, ServletContainer container) {
        this.request = request;
        this.input = input;
        this.container = container;
    }

    /** Whether its parts were asked for before its parameters. */
    boolean partsFirst() {
        return partsFirst;
    }

    /**
     * The fields that are known by now.
     *
     * @throws UnreadableForm if it is known by now that there are none
     */
    Map<String, String[]> known() {
        if (broken != null && !partsFirst && container == ServletContainer.TOMCAT) {
            throw broken;
        }
        return fields;
    }

    /**
     * The fields that are parameters.
     *
     * @param multipart how a multipart form is read; null if it is not
     * @throws UnreadableForm if they are not well encoded
     */
    Map<String, String[]> parameters(@Nullable MultipartConfigElement multipart) {
        if (!asked) {
            asked = true;
            if (input.isEmpty()) {
                return fields;
            }
            if (UrlEncodedForm.isType(contentType())
                    && container.readsForms(request.getMethod())
                    && !container.givesUp(input)) {
                readUrlEncoded();
            } else if (multipart != null && MultipartForm.isType(contentType())) {
                parts(multipart);
            }
        }
        return known();
    }

    /** The field as it is: asked for the type, Jetty fails if it names a charset that does not exist. */
    private @Nullable String contentType() {
        return request.getHeader("Content-Type");
    }

    private void readUrlEncoded() {
        // Jetty goes by what was sent, whatever the application says.
        String name = container == ServletContainer.JETTY ? Charsets.in(contentType()) : request.getCharacterEncoding();
        try {
            UrlEncodedForm.read(input.rest(), Charsets.ofForm(name, container), container, this::add);
        } catch (UnreadableForm e) {
            if (container == ServletContainer.JETTY) {
                fields.clear();
            }
            throw e;
        }
    }

    /**
     * The parts of a multipart form.
     *
     * @throws UnreadableForm if it is none, or exceeds the limits
     */
    List<BufferedPart> parts(MultipartConfigElement config) {
        if (broken != null) {
            throw broken;
        }
        if (parts == null) {
            partsFirst = !asked;
            try {
                parts = readParts(config);
            } catch (UnreadableForm e) {
                broken = e;
                throw e;
            }
        }
        return parts;
    }

    private List<BufferedPart> readParts(MultipartConfigElement config) {
        if (container.givesUp(input)) {
            throw new UnreadableForm(
                    HttpServletResponse.SC_BAD_REQUEST,
                    "Somebody has begun to read the multipart form as a stream",
                    null);
        }
        String encoding = request.getCharacterEncoding();
        Charset names = encoding == null ? StandardCharsets.UTF_8 : Charsets.ofForm(encoding, container);
        List<BufferedPart> found =
                new MultipartForm(container, config, folder(config)).read(contentType(), input.rest(), names);
        String fallback = container == ServletContainer.JETTY ? fallback(found, encoding) : encoding;
        for (BufferedPart part : found) {
            if (part.isField()) {
                String own = container == ServletContainer.JETTY ? Charsets.in(part.getContentType()) : null;
                add(part.getName(), part.text(Charsets.ofForm(own == null ? fallback : own, container)));
            }
        }
        return found;
    }

    /** The charset of fields that come without one: a form may name it in a field (RFC 7578, section 4.6). */
    private static @Nullable String fallback(List<BufferedPart> parts, @Nullable String encoding) {
        return parts.stream()
                .filter(part -> part.getName().equals("_charset_"))
                .map(part -> part.text(StandardCharsets.UTF_8))
                .findFirst()
                .orElse(encoding);
    }

    private void add(String name, String value) {
        fields.merge(name, new String[] {value}, BodyFields::joined);
    }

    static String[] joined(String[] before, String[] after) {
        return Stream.of(before, after).flatMap(Stream::of).toArray(String[]::new);
    }

    private Path folder(MultipartConfigElement config) {
        Object temporary = request.getServletContext().getAttribute(ServletContext.TEMPDIR);
        Path base = temporary instanceof File file ? file.toPath() : Path.of("");
        return base.resolve(config.getLocation());
    }
}
