package dev.reprise.servlet;

import dev.reprise.http.ReplayRules;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UnsupportedEncodingException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The response that an application makes: status and fields are set on the container's response, which knows how; the
 * body is held, and whatever would send something only looks as if it did.
 */
final class CapturedResponse extends GuardedResponse implements CapturedOutput.Release {
    private static final int SC_EARLY_HINTS = 103;
    private static final int LAST_STATUS = 599;

    /** Fields that describe a body, which an error page is not (Jetty). */
    private static final List<String> DESCRIPTIONS = List.of(
            "Content-Encoding",
            "Content-Language",
            "Content-Location",
            "Content-Range",
            "ETag",
            "Expires",
            "Last-Modified",
            "Vary");

    private final HttpServletResponse response;
    private final ServletContainer container;
    private final BooleanSupplier included;
    private final Release release;
    private final CapturedOutput output;
    private Phase phase = Phase.OPEN;
    private Opened opened = Opened.NOTHING;
    private @Nullable PrintWriter writer;
    private @Nullable SentError error;
    private @Nullable SentError shown;
    private @Nullable Supplier<Map<String, String>> trailers;

    /** How far the response is, as the application sees it. */
    private enum Phase {
        /** Everything can be changed. */
        OPEN,
        /** Status and fields are out, and the body is going out. */
        COMMITTED,
        /** It ended with an error or a redirect, and nothing more is taken. */
        COMPLETE
    }

    /** What the application writes the body by. */
    private enum Opened {
        NOTHING,
        STREAM,
        WRITER
    }

    /** Says where a body goes that is not held. */
    interface Release {
        OutputStream release() throws IOException;
    }

    /**
     * A response without anything.
     *
     * @param limit how many bytes of a body are held
     * @param included whether the application is in an include, where a response takes a body and nothing else
     * @param listeners runs write listeners
     */
    CapturedResponse(
            HttpServletResponse response,
            ServletContainer container,
            int limit,
            BooleanSupplier included,
            Release release,
            Executor listeners) {
        super(response);
        this.response = response;
        this.container = container;
        this.included = included;
        this.release = release;
        this.output = new CapturedOutput(limit, container, this, listeners);
    }

    /** The bytes that are held. */
    byte[] body() {
        return output.bytes();
    }

    /** The length that the application said the body has, or -1. */
    long announcedLength() {
        return output.announced();
    }

    /** What is wrong with the status so that this cannot be an answer. */
    Optional<String> faultOfHead() {
        int status = getStatus();
        return status < SC_OK || status > LAST_STATUS
                ? Optional.of("The handler answered with the status " + status + ", which is none")
                : Optional.empty();
    }

    /** What is wrong with the whole so that this cannot be an answer. */
    Optional<String> fault() {
        boolean bodiless = getStatus() == SC_NO_CONTENT || getStatus() == SC_NOT_MODIFIED;
        return faultOfHead().or(() -> bodiless ? Optional.empty() : output.fault());
    }

    /** The error that was sent and is not shown yet. */
    @Nullable
    SentError error() {
        return error;
    }

    /** Takes back what was written, as everything is before a forward. */
    void startAnew() {
        checkOpen();
        clear();
    }

    /** Takes nothing more. */
    void complete() {
        phase = Phase.COMPLETE;
        output.ignore();
    }

    /** Makes room for the page that the error is shown by; an error of that page is shown by its message. */
    void reopen(SentError sent) {
        phase = Phase.OPEN;
        error = null;
        shown = sent;
        clear();
        setContentLengthLong(-1);
        response.setContentType(null);
        response.setStatus(sent.status());
        if (container == ServletContainer.JETTY) {
            DESCRIPTIONS.forEach(name -> response.setHeader(name, null));
            response.setHeader("Cache-Control", "must-revalidate,no-cache,no-store");
        }
    }

    /** Shows an error by its message. */
    void showMessage(SentError sent) throws IOException {
        reopen(sent);
        if (sent.message() != null) {
            response.setContentType("text/plain;charset=utf-8");
            output.write(sent.message().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void clear() {
        output.reset();
        opened = Opened.NOTHING;
        writer = null;
    }

    @Override
    public OutputStream release() throws IOException {
        commit();
        return release.release();
    }

    @Override
    public boolean flushed() {
        commit();
        return ReplayRules.isEndless(response.getContentType());
    }

    @Override
    public Charset charset() throws UnsupportedEncodingException {
        return Charsets.named(getCharacterEncoding());
    }

    private void commit() {
        if (phase == Phase.OPEN) {
            phase = Phase.COMMITTED;
        }
    }

    @Override
    public ServletOutputStream getOutputStream() {
        if (opened == Opened.WRITER) {
            throw new IllegalStateException("The writer of this response is in use");
        }
        opened = Opened.STREAM;
        return output;
    }

    @Override
    public PrintWriter getWriter() throws UnsupportedEncodingException {
        if (opened == Opened.STREAM) {
            throw new IllegalStateException("The output stream of this response is in use");
        }
        if (writer == null) {
            Charset charset = charset();
            if (!isJson(charset)) {
                // Says the default aloud, as getWriter does.
                setCharacterEncoding(getCharacterEncoding());
            }
            writer = new PrintWriter(new CapturedWriter(output, charset));
            opened = Opened.WRITER;
        }
        return writer;
    }

    /** JSON is in UTF-8, which is not worth mentioning (RFC 8259, section 8.1). */
    private boolean isJson(Charset charset) {
        String type = getContentType();
        return type != null && type.equalsIgnoreCase("application/json") && charset.equals(StandardCharsets.UTF_8);
    }

    @Override
    public void flushBuffer() throws IOException {
        output.flush();
    }

    @Override
    public boolean isCommitted() {
        return phase != Phase.OPEN || output.isClosed() || output.size() > getBufferSize();
    }

    @Override
    boolean isOpen() {
        return !isCommitted() && !included.getAsBoolean();
    }

    @Override
    boolean isWriting() {
        return writer != null;
    }

    @Override
    void announce(long length) {
        output.announce(length);
    }

    @Override
    public void setBufferSize(int size) {
        if (isCommitted() || output.size() > 0) {
            throw new IllegalStateException("The response has begun");
        }
        super.setBufferSize(size);
    }

    @Override
    public void reset() {
        if (!included.getAsBoolean()) {
            checkOpen();
            clear();
            output.announce(-1);
            trailers = null;
            super.reset();
        }
    }

    @Override
    public void resetBuffer() {
        if (!included.getAsBoolean()) {
            checkOpen();
            output.reset();
        }
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
        if (status == SC_EARLY_HINTS) {
            super.sendError(status, message);
        } else if (!included.getAsBoolean()) {
            checkOpen();
            output.reset();
            if (shown == null) {
                error = new SentError(status, message);
            } else {
                showMessage(new SentError(status, message));
            }
            complete();
        }
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
    public void sendRedirect(@Nullable String location, int status, boolean clearBuffer) throws IOException {
        if (included.getAsBoolean()) {
            return;
        }
        checkOpen();
        if (clearBuffer) {
            output.reset();
            setContentLengthLong(-1);
        }
        if (container == ServletContainer.JETTY) {
            checkLocation(location);
        }
        response.setStatus(status);
        response.setHeader("Location", location);
        complete();
    }

    private static void checkLocation(@Nullable String location) {
        if (location == null) {
            throw new IllegalArgumentException("There is no location to redirect to");
        }
        URI.create(location);
    }

    /** A container that takes nothing more behind a forward does not take the status of an error page either. */
    @Override
    public int getStatus() {
        if (error != null) {
            return error.status();
        }
        return shown != null && response.isCommitted() ? shown.status() : super.getStatus();
    }

    @Override
    public void setTrailerFields(Supplier<Map<String, String>> supplier) {
        if (container == ServletContainer.JETTY) {
            checkOpen();
        }
        trailers = supplier;
    }

    @Override
    public @Nullable Supplier<Map<String, String>> getTrailerFields() {
        return trailers;
    }
}
