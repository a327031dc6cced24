package dev.reprise.servlet;

import dev.reprise.Headers;
import dev.reprise.Response;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where the answer to a caller goes. A caller that is gone is no failure (S19). */
final class ClientResponse {
    private static final System.Logger LOG = System.getLogger(ClientResponse.class.getName());

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final ResponseFields outer;

    /** What is set on the response by now belongs to this exchange alone: others set it again for the next one. */
    ClientResponse(HttpServletRequest request, HttpServletResponse response) {
        this.request = request;
        this.response = response;
        this.outer = ResponseFields.of(response);
    }

    HttpServletResponse response() {
        return response;
    }

    /** Whether the container takes nothing more. */
    boolean isClosed() {
        return response.isCommitted();
    }

    /** The fields that were set by the application, and by nobody before it. */
    Headers applicationFields() {
        return ResponseFields.of(response).without(outer).toCore();
    }

    /** Writes the whole answer. The container counts what its buffer holds, and so whatever filters outside add to that. */
    void write(Response answer) {
        write(answer, present(), answer.body().length() > response.getBufferSize());
    }

    /** Writes the whole answer in place of whatever the container has to say of a failure. */
    void writeAnew(Response answer) {
        if (!response.isCommitted()) {
            response.reset();
        }
        write(answer, outer, true);
        try {
            response.flushBuffer();
        } catch (IOException e) {
            logGone(e);
        }
    }

    private void write(Response answer, ResponseFields others, boolean counted) {
        head(answer, others);
        byte[] body = answer.body().bytes();
        try {
            if (answer.trailers().size() > 0 && !request.getProtocol().equals("HTTP/1.0")) {
                Map<String, String> trailers = new LinkedHashMap<>();
                answer.trailers().forEach(trailers::put);
                response.setTrailerFields(() -> trailers);
                response.setContentLengthLong(-1);
                // Before the container counts the bytes: there are no trailers behind a known length.
                response.flushBuffer();
            } else {
                response.setContentLengthLong(counted ? body.length : -1);
            }
            response.getOutputStream().write(body);
        } catch (IOException e) {
            logGone(e);
        }
    }

    /**
     * Writes the head of an answer whose body follows as it is made.
     *
     * @return where the body goes; once the caller is gone, nowhere
     */
    OutputStream stream(Response answer, long contentLength) throws IOException {
        head(answer, present());
        if (contentLength >= 0) {
            response.setContentLengthLong(contentLength);
        }
        return new Streamed(response.getOutputStream());
    }

    private void head(Response answer, ResponseFields others) {
        response.setStatus(answer.status());
        ResponseFields.of(answer.headers()).orElse(others).replace(ResponseFields.of(response), response);
    }

    /** The fields of others, as far as the application has not taken them away. */
    private ResponseFields present() {
        return outer.namedAs(ResponseFields.of(response));
    }

    private static void logGone(IOException e) {
        LOG.log(Level.DEBUG, "A caller was gone before its answer was written", e);
    }

    /** A body that the application makes to its end, whether or not anybody is there to read it. */
    private static final class Streamed extends OutputStream {
        private OutputStream out;

        private Streamed(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            try {
                out.write(bytes, from, length);
            } catch (IOException e) {
                gone(e);
            }
        }

        @Override
        public void flush() {
            try {
                out.flush();
            } catch (IOException e) {
                gone(e);
            }
        }

        private void gone(IOException e) {
            logGone(e);
            out = OutputStream.nullOutputStream();
        }
    }
}
