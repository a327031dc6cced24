package dev.reprise.servlet;

import dev.reprise.Headers;
import jakarta.servlet.http.Part;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One part of a multipart form, in memory. */
final class BufferedPart implements Part {
    private static final String DISPOSITION = "Content-Disposition";

    private final Headers headers;
    private final byte[] body;
    private final int from;
    private final int to;
    private final Path folder;

    BufferedPart(Headers headers, byte[] body, int from, int to, Path folder) {
        this.headers = headers;
        this.body = body;
        this.from = from;
        this.to = to;
        this.folder = folder;
    }

    /** Whether it is a plain field of the form, and so a parameter of the request. */
    boolean isField() {
        return getSubmittedFileName() == null;
    }

    String text(Charset charset) {
        return new String(body, from, to - from, charset);
    }

    @Override
    public InputStream getInputStream() {
        return new ByteArrayInputStream(body, from, to - from);
    }

    @Override
    public @Nullable String getContentType() {
        return getHeader("Content-Type");
    }

    @Override
    public String getName() {
        String name = disposition("name");
        return name == null ? "" : name;
    }

    @Override
    public @Nullable String getSubmittedFileName() {
        return disposition("filename");
    }

    private @Nullable String disposition(String parameter) {
        String field = getHeader(DISPOSITION);
        return field == null ? null : Multipart.parameter(field, parameter).orElse(null);
    }

    @Override
    public long getSize() {
        return (long) to - from;
    }

    @Override
    public void write(String fileName) throws IOException {
        try (InputStream content = getInputStream()) {
            Files.copy(content, folder.resolve(fileName));
        }
    }

    /** Nothing to do: what was written belongs to the application, and the rest is memory. */
    @Override
    public void delete() {}

    @Override
    public @Nullable String getHeader(String name) {
        return headers.first(name).orElse(null);
    }

    @Override
    public Collection<String> getHeaders(String name) {
        return headers.all(name);
    }

    @Override
    public Collection<String> getHeaderNames() {
        TreeSet<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, value) -> names.add(name));
        return List.copyOf(names);
    }
}
