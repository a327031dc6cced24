package dev.reprise.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The response that an application makes: status and fields are set on the container's response, which knows how; the
 * body is held, and whatever would send something only looks as if it did.
 */
final class CapturedResponse extends HttpServletResponseWrapper implements CapturedOutput.Release {
    private static final String CONTENT_LENGTH = "Content-Length";

    private final HttpServletResponse response;
    private final Exchange exchange;
    private final CapturedOutput output;
    private @Nullable Supplier<Map<String, String>> trailers;
    private @Nullable PrintWriter writer;
    private @Nullable SentError error;
    private boolean showingError;
    private boolean streaming;
    private boolean committed;
    private boolean draining;
    private long contentLength = -1;

    /** A call of {@code sendError}. */
    record SentError(int status, @Nullable String message) {}

    CapturedResponse(HttpServletResponse response, Exchange exchange, int limit, Executor container) {
        super(response);
        this.response = response;
        this.exchange = exchange;
        this.output = new CapturedOutput(limit, this, container);
    }

    /** The bytes that are held. */
    byte[] body() {
        return output.bytes();
    }

    @Nullable
    SentError error() {
        return error;
    }

    /** The length that the application said the body has, or -1. */
    long contentLength() {
        return contentLength;
    }

    /** Ends the body: what a writer still has, moves on. */
    void drain() {
        draining = true;
        if (writer != null) {
            writer.flush();
        }
        draining = false;
    }

    /** Makes room for the page that the error is shown by; an error of that page is shown by its message. */
    void reopen(SentError shown) {
        drain();
        committed = false;
        error = null;
        showingError = true;
        clear();
        response.setContentType(null);
        response.setStatus(shown.status());
    }

    /** Shows an error by its message. */
    void showMessage(SentError shown) throws IOException {
        reopen(shown);
        if (shown.message() != null) {
            response.setContentType("text/plain;charset=utf-8");
            output.write(shown.message().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void clear() {
        output.reset();
        writer = null;
        streaming = false;
        contentLength = -1;
    }

    @Override
    public OutputStream release() throws IOException {
        committed = true;
        return exchange.release();
    }

    @Override
    public boolean flushReleases() {
        if (draining) {
            return false;
        }
        committed = true;
        return exchange.isEndless(response.getContentType());
    }

    @Override
    public ServletOutputStream getOutputStream() {
        if (writer != null) {
            throw new IllegalStateException("The writer of this response is in use");
        }
        streaming = true;
        return output;
    }

    @Override
    public PrintWriter getWriter() {
        if (streaming) {
            throw new IllegalStateException("The output stream of this response is in use");
        }
        if (writer == null) {
            // Says the default aloud, as getWriter does.
            setCharacterEncoding(getCharacterEncoding());
            writer = new PrintWriter(new OutputStreamWriter(output, Charset.forName(getCharacterEncoding())));
        }
        return writer;
    }

    @Override
    public void flushBuffer() throws IOException {
        if (writer == null) {
            output.flush();
        } else {
            writer.flush();
        }
    }

    @Override
    public boolean isCommitted() {
        return committed || output.size() > getBufferSize();
    }

    @Override
    public void reset() {
        resetBuffer();
        clear();
        trailers = null;
        super.reset();
    }

    @Override
    public void resetBuffer() {
        checkOpen();
        drain();
        output.reset();
    }

    private void checkOpen() {
        if (isCommitted()) {
            throw new IllegalStateException("The response is committed");
        }
    }

    @Override
    public void sendError(int status) throws IOException {
        sendError(status, null);
    }

    @Override
    public void sendError(int status, @Nullable String message) throws IOException {
        resetBuffer();
        if (showingError) {
            showMessage(new SentError(status, message));
        } else {
            error = new SentError(status, message);
        }
        complete();
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        sendRedirect(location, SC_FOUND, true);
    }

    @Override
    public void sendRedirect(String location, int status) throws IOException {
        sendRedirect(location, status, true);
    }

    @Override
    public void sendRedirect(String location, boolean clearBuffer) throws IOException {
        sendRedirect(location, SC_FOUND, clearBuffer);
    }

    /** The location goes out as it is: a relative one is as good as an absolute one (RFC 9110, section 10.2.2). */
    @Override
    public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
        checkOpen();
        if (clearBuffer) {
            resetBuffer();
        }
        response.setStatus(status);
        response.setHeader("Location", location);
        complete();
    }

    private void complete() {
        drain();
        committed = true;
        output.close();
    }

    @Override
    public void setStatus(int status) {
        ifOpen(() -> super.setStatus(status));
    }

    @Override
    public void setHeader(String name, @Nullable String value) {
        if (CONTENT_LENGTH.equalsIgnoreCase(name)) {
            setContentLengthLong(value == null ? -1 : Long.parseLong(value));
        } else {
            ifOpen(() -> super.setHeader(name, value));
        }
    }

    @Override
    public void addHeader(String name, String value) {
        if (CONTENT_LENGTH.equalsIgnoreCase(name)) {
            setHeader(name, value);
        } else {
            ifOpen(() -> super.addHeader(name, value));
        }
    }

    @Override
    public void setIntHeader(String name, int value) {
        setHeader(name, Integer.toString(value));
    }

    @Override
    public void addIntHeader(String name, int value) {
        addHeader(name, Integer.toString(value));
    }

    @Override
    public void setDateHeader(String name, long date) {
        ifOpen(() -> super.setDateHeader(name, date));
    }

    @Override
    public void addDateHeader(String name, long date) {
        ifOpen(() -> super.addDateHeader(name, date));
    }

    @Override
    public void addCookie(Cookie cookie) {
        ifOpen(() -> super.addCookie(cookie));
    }

    @Override
    public void setContentLength(int length) {
        setContentLengthLong(length);
    }

    @Override
    public void setContentLengthLong(long length) {
        ifOpen(() -> contentLength = length);
    }

    @Override
    public void setContentType(@Nullable String type) {
        ifOpen(() -> keepingCharset(() -> super.setContentType(type)));
    }

    @Override
    public void setLocale(Locale locale) {
        ifOpen(() -> {
            keepingCharset(() -> super.setLocale(locale));
            // Not every container counts it among the fields otherwise.
            super.setHeader("Content-Language", locale.toLanguageTag());
        });
    }

    @Override
    public void setCharacterEncoding(@Nullable String encoding) {
        ifOpen(() -> keepingCharset(() -> super.setCharacterEncoding(encoding)));
    }

    @Override
    public void setCharacterEncoding(@Nullable Charset encoding) {
        setCharacterEncoding(encoding == null ? null : encoding.name());
    }

    @Override
    public void setTrailerFields(Supplier<Map<String, String>> supplier) {
        checkOpen();
        trailers = supplier;
    }

    @Override
    public @Nullable Supplier<Map<String, String>> getTrailerFields() {
        return trailers;
    }

    private void ifOpen(Runnable change) {
        if (!isCommitted()) {
            change.run();
        }
    }

    /** A writer encodes as it did when it was made, whatever is said afterwards. */
    private void keepingCharset(Runnable change) {
        String charset = writer == null ? null : getCharacterEncoding();
        change.run();
        if (charset != null) {
            super.setCharacterEncoding(charset);
        }
    }
}
