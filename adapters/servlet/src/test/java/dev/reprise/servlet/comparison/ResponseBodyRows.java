package dev.reprise.servlet.comparison;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.Cookie;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.util.List;

/** How an application writes a body, and how long it says that is. */
final class ResponseBodyRows extends ResponseTable {
    private ResponseBodyRows() {}

    static List<Row> rows() {
        ResponseBodyRows table = new ResponseBodyRows();
        table.bodies();
        table.lengths();
        table.buffers();
        return table.rows;
    }

    private void bodies() {
        add("nothing", (response, seen) -> {});
        add("a stream", (response, seen) -> response.getOutputStream().print("streamed"));
        add("a writer", (response, seen) -> response.getWriter().print("written"));
        add("bytes", (response, seen) -> response.getOutputStream().write(new byte[] {0, (byte) 0xff, '\r', '\n'}));
        add("single bytes", (response, seen) -> {
            for (byte b : "single".getBytes(UTF_8)) {
                response.getOutputStream().write(b);
            }
        });
        add("lines", (response, seen) -> {
            response.getOutputStream().println("one");
            response.getOutputStream().println(2);
            response.getOutputStream().println(true);
        });
        add(
                "characters beyond Latin-1 in a stream",
                (response, seen) ->
                        seen.attempt("print", () -> response.getOutputStream().print("\u20ac")));
        add("a long stream", (response, seen) -> response.getOutputStream().print(LONG));
        add("a long writer", (response, seen) -> response.getWriter().print(LONG));
        rows.add(Row.of("answer: longer than is recorded", REQUEST, (request, response, seen) -> {
                    for (int i = 0; i < 10; i++) {
                        response.getOutputStream().print(LONG);
                    }
                })
                .then(Row.Retry.WITHOUT_BODY));
        for (String type : List.of("text/html;charset=UTF-8", "text/plain", "application/json", "")) {
            add("text in a stream of " + type, (response, seen) -> {
                response.setContentType(type);
                seen.attempt("print", () -> response.getOutputStream().print("\u00fc"));
                seen.attempt("println", () -> response.getOutputStream().println("\u00df"));
                seen.attempt("null", () -> response.getOutputStream().print((String) null));
                seen.attempt("char", () -> response.getOutputStream().print('c'));
                seen.attempt(
                        "buffer", () -> response.getOutputStream().write(ByteBuffer.wrap("bytes".getBytes(UTF_8))));
            });
        }
        add("both", (response, seen) -> {
            response.getWriter().print("written");
            seen.note("stream", response::getOutputStream);
        });
        add("both the other way", (response, seen) -> {
            response.getOutputStream().print("streamed");
            seen.note("writer", response::getWriter);
        });
        add("the same ones again", (response, seen) -> {
            seen.noteSame("writer", response::getWriter);
            response.getWriter().print("again");
        });
        add("errors of a writer", (response, seen) -> {
            PrintWriter writer = response.getWriter();
            writer.print("x");
            seen.note("error", writer::checkError);
        });
        add("readiness", (response, seen) -> {
            seen.note("ready", () -> response.getOutputStream().isReady());
            response.getOutputStream().print("x");
        });
    }

    private void lengths() {
        add("the right length", (response, seen) -> {
            response.setContentLength(5);
            response.getOutputStream().print("right");
        });
        addUnknown("a length too large", (response, seen) -> {
            response.setContentLength(100);
            response.getOutputStream().print("short");
        });
        addUnknown("a length too large as a field", (response, seen) -> {
            response.setHeader("Content-Length", "100");
            response.getWriter().print("short");
        });
        addUnknown("a length and no body", (response, seen) -> response.setContentLengthLong(10));
        add("a length too small for a stream", (response, seen) -> {
            response.setContentLength(3);
            seen.attempt("write", () -> response.getOutputStream().print("too long"));
        });
        add("a length too small for a writer", (response, seen) -> {
            response.setContentLength(3);
            seen.attempt("write", () -> response.getWriter().print("too long"));
        });
        add("a length too small in two writes", (response, seen) -> {
            response.setContentLength(3);
            seen.attempt("write", () -> response.getOutputStream().print("abc"));
            seen.note("committed", response::isCommitted);
            seen.attempt("write", () -> response.getOutputStream().print("def"));
            seen.attempt("status", () -> response.setStatus(201));
        });
        add("a length of nothing", (response, seen) -> {
            response.setContentLength(0);
            seen.attempt("write", () -> response.getOutputStream().print("x"));
        });
        add("a length taken back", (response, seen) -> {
            response.setContentLength(100);
            response.setContentLength(-1);
            response.getOutputStream().print("right");
        });
        add("a length taken back as a field", (response, seen) -> {
            response.setContentLength(100);
            response.setHeader("Content-Length", null);
            response.getOutputStream().print("right");
        });
        add("a length that is none", (response, seen) -> {
            seen.attempt("set", () -> response.setHeader("Content-Length", "many"));
            response.getOutputStream().print("right");
        });
        add("a length by an int field", (response, seen) -> {
            response.setIntHeader("content-length", 5);
            response.getOutputStream().print("right");
            seen.note("field", () -> response.getHeader("Content-Length"));
            seen.note("contains", () -> response.containsHeader("CONTENT-LENGTH"));
            seen.note("names", () -> response.getHeaderNames().stream().anyMatch("content-length"::equalsIgnoreCase));
            seen.note("values", () -> response.getHeaders("content-length"));
        });
        add("a length after the body", (response, seen) -> {
            response.getOutputStream().print("right");
            response.setContentLength(5);
        });
        add("a length after a longer body", (response, seen) -> {
            response.getOutputStream().print("right");
            seen.attempt("length", () -> response.setContentLength(3));
        });
        addUnknown("a length too large of a long body", (response, seen) -> {
            response.setContentLength(LONG.length() + 1);
            response.getOutputStream().print(LONG);
        });
    }

    private void buffers() {
        add("a buffer size", (response, seen) -> {
            seen.attempt("size", () -> response.setBufferSize(200_000));
            seen.note("size", () -> response.getBufferSize() >= 200_000);
            response.getOutputStream().print(LONG);
            seen.note("committed", response::isCommitted);
            seen.attempt("status", () -> response.setStatus(201));
        });
        add("a buffer size too late", (response, seen) -> {
            response.getOutputStream().print("x");
            seen.attempt("size", () -> response.setBufferSize(200_000));
        });
        add("a small buffer", (response, seen) -> {
            seen.attempt("size", () -> response.setBufferSize(1));
            seen.attempt("size", () -> response.setBufferSize(-1));
            response.getOutputStream().print("small");
        });
        add("a reset", (response, seen) -> {
            response.setStatus(201);
            response.setHeader("X-Before", "1");
            response.addCookie(new Cookie("a", "b"));
            response.setContentType("text/plain;charset=UTF-8");
            response.setContentLength(100);
            response.getWriter().print("before");
            response.reset();
            seen.note("status", response::getStatus);
            seen.note("charset", response::getCharacterEncoding);
            seen.note("type", response::getContentType);
            response.getOutputStream().print("after");
        });
        add("a reset buffer", (response, seen) -> {
            response.setStatus(201);
            response.setHeader("X-Kept", "1");
            response.getWriter().print("before");
            response.resetBuffer();
            seen.note("stream", response::getOutputStream);
            response.getWriter().print("after");
        });
        add("a reset behind a commit", (response, seen) -> {
            response.getWriter().print("before");
            response.flushBuffer();
            seen.attempt("reset", response::reset);
            seen.attempt("reset buffer", response::resetBuffer);
        });
        add("a reset of a long body", (response, seen) -> {
            response.getOutputStream().print(LONG);
            seen.attempt("reset", response::reset);
        });
        add("a reset of nothing", (response, seen) -> {
            response.reset();
            response.reset();
            response.resetBuffer();
            response.getOutputStream().print("x");
        });
    }
}
