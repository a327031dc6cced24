package dev.reprise.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request whose body has been read, as the application sees it: with the body, and with its parameters. */
final class BufferedRequest extends HttpServletRequestWrapper {
    private static final String ACCEPT_ENCODING = "Accept-Encoding";

    private final Exchange exchange;
    private final byte[] body;
    private final BufferedInput input;
    private @Nullable BufferedReader reader;
    private @Nullable Map<String, String[]> parameters;
    private @Nullable List<BufferedPart> parts;
    private boolean streaming;

    BufferedRequest(HttpServletRequest request, byte[] body, Exchange exchange) {
        super(request);
        this.exchange = exchange;
        this.body = body;
        this.input = new BufferedInput(body, exchange::onContainer);
    }

    @Override
    public ServletInputStream getInputStream() {
        if (reader != null) {
            throw new IllegalStateException("The reader of this request is in use");
        }
        streaming = true;
        return input;
    }

    @Override
    public BufferedReader getReader() {
        if (streaming) {
            throw new IllegalStateException("The input stream of this request is in use");
        }
        if (reader == null) {
            String charset = getCharacterEncoding();
            reader = new BufferedReader(new InputStreamReader(
                    input, charset == null ? StandardCharsets.ISO_8859_1 : Charset.forName(charset)));
        }
        return reader;
    }

    /** Records hold bodies as they are, for callers that accept no encoding (S18). */
    @Override
    public @Nullable String getHeader(String name) {
        return ACCEPT_ENCODING.equalsIgnoreCase(name) ? "identity" : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return ACCEPT_ENCODING.equalsIgnoreCase(name)
                ? Collections.enumeration(List.of("identity"))
                : super.getHeaders(name);
    }

    @Override
    public @Nullable String getParameter(String name) {
        String[] values = getParameterMap().get(name);
        return values == null ? null : values[0];
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
        String[] values = getParameterMap().get(name);
        return values == null ? null : values.clone();
    }

    @Override
    public Enumeration<String> getParameterNames() {
        return Collections.enumeration(getParameterMap().keySet());
    }

    /** Those of the query, which the container knows, and after them those of the body, which it has not seen. */
    @Override
    public Map<String, String[]> getParameterMap() {
        if (parameters == null) {
            parameters = Parameters.of(super.getParameterMap(), this, body);
        }
        return parameters;
    }

    @Override
    public Collection<Part> getParts() throws ServletException {
        return List.copyOf(parts());
    }

    @Override
    public @Nullable Part getPart(String name) throws ServletException {
        return parts().stream()
                .filter(part -> part.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** The parts of a multipart form, whether or not the servlet is configured for them. */
    List<BufferedPart> parts() throws ServletException {
        if (parts == null) {
            Object folder = getServletContext().getAttribute(ServletContext.TEMPDIR);
            parts = Multipart.parse(getContentType(), body, folder instanceof File file ? file.toPath() : Path.of(""));
        }
        return parts;
    }

    @Override
    public AsyncContext startAsync() {
        return exchange.started(super.startAsync(this, exchange.captured()), this, exchange.captured(), true);
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
        return exchange.started(super.startAsync(request, response), request, response, false);
    }

    @Override
    public AsyncContext getAsyncContext() {
        return exchange.held(super.getAsyncContext());
    }
}
