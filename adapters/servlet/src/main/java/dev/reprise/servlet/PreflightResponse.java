package dev.reprise.servlet;

import dev.reprise.http.HttpIdempotency;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;

/** The application's answer to a preflight request, whose fields are completed before anything goes out (S26). */
final class PreflightResponse extends HttpServletResponseWrapper {
    private final HttpServletResponse response;
    private final HttpIdempotency idempotency;
    private boolean allowed;

    PreflightResponse(HttpServletResponse response, HttpIdempotency idempotency) {
        super(response);
        this.response = response;
        this.idempotency = idempotency;
    }

    /** Adds the key field to the fields that are allowed so far. Harmless when nothing can be added any more. */
    void allowKey() {
        if (!allowed && !response.isCommitted()) {
            allowed = true;
            ResponseFields.change(response, idempotency::preflight);
        }
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        allowKey();
        return super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        allowKey();
        return super.getWriter();
    }

    @Override
    public void flushBuffer() throws IOException {
        allowKey();
        super.flushBuffer();
    }
}
