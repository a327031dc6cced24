package dev.reprise.servlet;

import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.fileupload2.core.AbstractFileUpload;
import org.apache.commons.fileupload2.core.DiskFileItem;
import org.apache.commons.fileupload2.core.DiskFileItemFactory;
import org.apache.commons.fileupload2.core.FileItemInput;
import org.apache.commons.fileupload2.core.FileItemInputIterator;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.FileUploadSizeException;
import org.apache.commons.fileupload2.core.RequestContext;
import org.jspecify.annotations.Nullable;

/** Reads multipart forms (RFC 7578), which the container cannot because the filter has read them. */
final class MultipartForm extends AbstractFileUpload<MultipartForm.Body, DiskFileItem, DiskFileItemFactory> {
    /** The request attribute that says how Jetty reads such a form. */
    static final String JETTY_CONFIG = "org.eclipse.jetty.multipartConfig";

    private static final String TYPE = "multipart/form-data";
    /** As many as Jetty reads by default. */
    private static final int MAX_PARTS = 1_000;
    /** As many bytes as Jetty reads. */
    private static final int MAX_PART_HEAD = 8_192;

    private final ServletContainer container;
    private final Path folder;

    /** A body for the library. */
    static final class Body implements RequestContext {
        private final @Nullable String contentType;
        private final Charset charset;
        private final byte[] bytes;

        /** @param charset of the names in it */
        private Body(@Nullable String contentType, Charset charset, byte[] bytes) {
            this.contentType = contentType;
            this.charset = charset;
            this.bytes = bytes;
        }

        @Override
        public @Nullable String getContentType() {
            return contentType;
        }

        @Override
        public String getCharacterEncoding() {
            return charset.name();
        }

        @Override
        public long getContentLength() {
            return bytes.length;
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public boolean isMultipartRelated() {
            return false;
        }
    }

    /**
     * A reader.
     *
     * @param config the limits
     * @param folder where parts are written that are given a relative name
     */
    MultipartForm(ServletContainer container, MultipartConfigElement config, Path folder) {
        this.container = container;
        this.folder = folder;
        setMaxSize(config.getMaxRequestSize());
        setMaxFileSize(config.getMaxFileSize());
        setMaxPartHeaderSize(MAX_PART_HEAD);
    }

    static boolean isType(@Nullable String contentType) {
        return contentType != null && contentType.split(";", 2)[0].strip().equalsIgnoreCase(TYPE);
    }

    /**
     * Reads a form.
     *
     * @param charset of the names in it
     * @throws UnreadableForm if it is none, or exceeds a limit
     */
    List<BufferedPart> read(@Nullable String contentType, byte[] bytes, Charset charset) {
        try {
            return parts(new Body(contentType, charset, bytes));
        } catch (FileUploadSizeException e) {
            throw new UnreadableForm(
                    HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
                    "The multipart form exceeds the size that is accepted: " + e.getMessage(),
                    e);
        } catch (IOException | InvalidPathException e) {
            throw new UnreadableForm(
                    HttpServletResponse.SC_BAD_REQUEST, "The multipart form cannot be read: " + e.getMessage(), e);
        }
    }

    private List<BufferedPart> parts(Body body) throws IOException {
        List<BufferedPart> parts = new ArrayList<>();
        FileItemInputIterator items = getItemIterator(body);
        while (items.hasNext()) {
            if (parts.size() == MAX_PARTS) {
                throw new FileUploadSizeException("it has more than " + MAX_PARTS + " parts", MAX_PARTS, MAX_PARTS + 1);
            }
            parts.add(part(items.next()));
        }
        if (parts.isEmpty() && container == ServletContainer.JETTY && !isNothing(body)) {
            throw new EOFException("there are no parts in it");
        }
        return parts;
    }

    private BufferedPart part(FileItemInput item) throws IOException {
        try (InputStream content = item.getInputStream()) {
            String file = item.getName();
            return new BufferedPart(
                    item.getFieldName(),
                    file == null ? null : unescaped(file),
                    item.getHeaders(),
                    content.readAllBytes(),
                    folder);
        }
    }

    /** The library leaves backslashes before characters that are to be taken as they are. Browsers write paths with them. */
    private String unescaped(String file) {
        return file.replaceAll(container == ServletContainer.TOMCAT ? "\\\\(.)" : "\\\\(\")", "$1");
    }

    /** Whether it is a form without parts, for which the library takes whatever it finds none in. */
    private boolean isNothing(Body body) {
        String end = "--" + new String(getBoundary(body.contentType), StandardCharsets.ISO_8859_1) + "--";
        return new String(body.bytes, StandardCharsets.ISO_8859_1).strip().equals(end);
    }

    @Override
    public FileItemInputIterator getItemIterator(Body body) throws IOException {
        return getItemIterator((RequestContext) body);
    }

    @Override
    public Map<String, List<DiskFileItem>> parseParameterMap(Body body) throws FileUploadException {
        return parseParameterMap((RequestContext) body);
    }

    @Override
    public List<DiskFileItem> parseRequest(Body body) throws FileUploadException {
        return parseRequest((RequestContext) body);
    }
}
