package dev.reprise.servlet;

import jakarta.servlet.http.Part;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.commons.fileupload2.core.FileItemHeaders;
import org.jspecify.annotations.Nullable;

/** One part of a multipart form, in memory. */
final class BufferedPart implements Part {
    private final String name;
    private final @Nullable String fileName;
    private final FileItemHeaders headers;
    private final byte[] content;
    private final Path folder;

    BufferedPart(String name, @Nullable String fileName, FileItemHeaders headers, byte[] content, Path folder) {
        this.name = name;
        this.fileName = fileName;
        this.headers = headers;
        this.content = content;
        this.folder = folder;
    }

    /** Whether it is a plain field of the form, and so a parameter of the request. */
    boolean isField() {
        return fileName == null;
    }

    String text(Charset charset) {
        return new String(content, charset);
    }

    @Override
    public InputStream getInputStream() {
        return new ByteArrayInputStream(content);
    }

    @Override
    public @Nullable String getContentType() {
        return getHeader("Content-Type");
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public @Nullable String getSubmittedFileName() {
        return fileName;
    }

    @Override
    public long getSize() {
        return content.length;
    }

    @Override
    public void write(String file) throws IOException {
        Files.write(folder.resolve(file), content);
    }

    /** Nothing to do: what was written belongs to the application, and the rest is memory. */
    @Override
    public void delete() {}

    @Override
    public @Nullable String getHeader(String header) {
        return headers.getHeader(header);
    }

    @Override
    public Collection<String> getHeaders(String header) {
        List<String> values = new ArrayList<>(1);
        headers.getHeaders(header).forEachRemaining(values::add);
        return values;
    }

    @Override
    public Collection<String> getHeaderNames() {
        List<String> names = new ArrayList<>();
        headers.getHeaderNames().forEachRemaining(names::add);
        return names;
    }
}
