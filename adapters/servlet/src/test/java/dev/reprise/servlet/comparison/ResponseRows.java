package dev.reprise.servlet.comparison;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Every way in which an application makes a response. */
final class ResponseRows {
    private static final Request REQUEST = Request.post("/plain/x?q=1").body("text/plain", "body");
    private static final String LONG = "0123456789".repeat(4_000);

    private final List<Row> rows = new ArrayList<>();

    private ResponseRows() {}

    static List<Row> rows() {
        ResponseRows rows = new ResponseRows();
        rows.bodies();
        rows.lengths();
        rows.statuses();
        rows.fields();
        rows.charsets();
        rows.buffers();
        rows.redirects();
        rows.committed();
        rows.closed();
        rows.trailers();
        rows.dispatches();
        rows.passing();
        return rows.rows;
    }

    /** What an application does that sees its own response. */
    private interface Answer {
        void give(HttpServletResponse response, Seen seen) throws Exception;
    }

    private void add(String name, Answer answer) {
        rows.add(Row.of("answer: " + name, REQUEST, (request, response, seen) -> answer.give(response, seen)));
    }

    private void addUnknown(String name, Answer answer) {
        rows.add(Row.of("answer: " + name, REQUEST, (request, response, seen) -> answer.give(response, seen))
                .then(Row.Retry.UNKNOWN));
    }

    private void add(String name, Handler handler) {
        rows.add(Row.of("answer: " + name, REQUEST, handler));
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

    private void statuses() {
        for (int status :
                new int[] {200, 201, 202, 203, 206, 226, 299, 300, 302, 304, 400, 402, 404, 409, 418, 422, 451}) {
            add("status " + status, (response, seen) -> {
                response.setStatus(status);
                seen.note("status", response::getStatus);
                response.getOutputStream().print("body of " + status);
            });
        }
        for (int status : new int[] {204, 205}) {
            add("status " + status, (response, seen) -> response.setStatus(status));
            add("status " + status + " and a body", (response, seen) -> {
                response.setStatus(status);
                seen.attempt("write", () -> response.getOutputStream().print("body"));
            });
        }
        for (int status : new int[] {401, 403, 405, 413, 415, 429}) {
            rows.add(Row.of(
                            "answer: refusal " + status,
                            REQUEST,
                            (request, response, seen) -> response.setStatus(status))
                    .then(Row.Retry.EXECUTED));
        }
        for (int status : new int[] {500, 503, 599}) {
            addUnknown("status " + status, (response, seen) -> {
                response.setStatus(status);
                response.getOutputStream().print("broken");
            });
        }
        for (int status : new int[] {600, 999}) {
            addUnknown("status " + status, (response, seen) -> {
                seen.attempt("set", () -> response.setStatus(status));
                response.getOutputStream().print("odd");
            });
        }
        add("a range", (response, seen) -> {
            response.setStatus(206);
            response.setHeader("Content-Range", "bytes 0-3/10");
            response.setHeader("Accept-Ranges", "bytes");
            response.getOutputStream().print("0123");
        });
        add("early hints", (response, seen) -> {
            response.setHeader("Link", "</style.css>; rel=preload");
            seen.attempt("hints", () -> response.sendError(103));
            seen.note("committed", response::isCommitted);
            response.getOutputStream().print("after hints");
        });
    }

    private void fields() {
        add("fields", (response, seen) -> {
            response.setHeader("X-One", "1");
            response.setHeader("X-One", "2");
            response.addHeader("X-Two", "1");
            response.addHeader("x-two", "2");
            response.setIntHeader("X-Int", 1);
            response.addIntHeader("X-Int", 2);
            response.setDateHeader("Last-Modified", 0);
            response.addDateHeader("X-Date", 0);
            response.addDateHeader("X-Date", 86_400_000);
            seen.note("one", () -> response.getHeader("x-one"));
            seen.note("two", () -> response.getHeaders("X-TWO"));
            seen.note("absent", () -> response.getHeader("absent"));
            seen.note("absents", () -> response.getHeaders("absent"));
            seen.note("contains", () -> response.containsHeader("X-one") + " " + response.containsHeader("absent"));
            seen.note(
                    "names",
                    () -> response.getHeaderNames().stream()
                            .filter(name -> name.startsWith("X-"))
                            .toList());
        });
        add("fields of nothing", (response, seen) -> {
            response.setHeader("X-Gone", "1");
            seen.attempt("set to null", () -> response.setHeader("X-Gone", null));
            seen.attempt("add null", () -> response.addHeader("X-Null", null));
            seen.attempt("name null", () -> response.setHeader(null, "x"));
            seen.attempt("add name null", () -> response.addHeader(null, "x"));
            seen.attempt("empty name", () -> response.setHeader("", "x"));
            seen.attempt("empty", () -> response.setHeader("X-Empty", ""));
            seen.attempt("date name null", () -> response.setDateHeader(null, 0));
            seen.attempt("int name null", () -> response.setIntHeader(null, 0));
            seen.attempt("add date name null", () -> response.addDateHeader(null, 0));
            seen.attempt("add int name null", () -> response.addIntHeader(null, 0));
            seen.note("value of null", () -> response.getHeader(null));
            response.getOutputStream().print("x");
        });
        add("odd fields", (response, seen) -> {
            seen.attempt("line break", () -> response.setHeader("X-Break", "a\r\nX-Injected: b"));
            seen.attempt("null", () -> response.setHeader("X-Null", "a\0b"));
            seen.attempt("beyond ASCII", () -> response.setHeader("X-Latin", "\u00fc"));
            seen.attempt("beyond Latin-1", () -> response.setHeader("X-Euro", "\u20ac"));
            seen.attempt("odd name", () -> response.setHeader("X Odd", "x"));
            response.getOutputStream().print("x");
        });
        add("cookies", (response, seen) -> {
            Cookie cookie = new Cookie("a", "b");
            cookie.setPath("/");
            cookie.setHttpOnly(true);
            cookie.setMaxAge(10);
            cookie.setAttribute("SameSite", "Lax");
            response.addCookie(cookie);
            response.addCookie(new Cookie("c", "d"));
            response.addCookie(new Cookie("c", "e"));
            seen.attempt("null", () -> response.addCookie(null));
            seen.note("field", () -> response.getHeaders("Set-Cookie").size());
        });
        add("fields that a server sets", (response, seen) -> {
            response.setHeader("Server", "mine");
            response.setHeader("Date", "Thu, 01 Jan 1970 00:00:00 GMT");
            response.getOutputStream().print("x");
        });
        add("a closed connection", (response, seen) -> {
            response.setHeader("Connection", "close");
            response.getOutputStream().print("x");
        });
        add("caching", (response, seen) -> {
            response.setHeader("ETag", "\"1\"");
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("Vary", "Accept");
            response.getOutputStream().print("x");
        });
        add("an encoded body", (response, seen) -> {
            response.setHeader("Content-Encoding", "br");
            response.getOutputStream().print("x");
        });
        add("encoded addresses", (response, seen) -> {
            seen.note("url", () -> response.encodeURL("/x"));
            seen.note("redirect", () -> response.encodeRedirectURL("/x"));
        });
        add("a session", (request, response, seen) -> {
            request.getSession().setAttribute("a", "b");
            seen.note("attribute", () -> request.getSession().getAttribute("a"));
            seen.note("cookie", () -> response.getHeaders("Set-Cookie").size());
        });
    }

    private void charsets() {
        List<String> types = List.of(
                "text/plain",
                "text/html;charset=UTF-8",
                "text/plain; charset=iso-8859-1",
                "application/json",
                "x/y",
                "");
        for (String type : types) {
            add("a writer for " + type, (response, seen) -> {
                response.setContentType(type);
                seen.note("type", response::getContentType);
                seen.note("charset", response::getCharacterEncoding);
                response.getWriter().print("\u00fc");
                seen.note("type", response::getContentType);
                seen.note("charset", response::getCharacterEncoding);
                response.setContentType("text/html;charset=UTF-16");
                seen.note("type", response::getContentType);
            });
            add("a stream for " + type, (response, seen) -> {
                response.setContentType(type);
                response.getOutputStream().print("x");
                seen.note("type", response::getContentType);
                seen.note("field", () -> response.getHeader("Content-Type"));
            });
        }
        add("a charset before the type", (response, seen) -> {
            response.setCharacterEncoding("UTF-8");
            seen.note("type", response::getContentType);
            response.setContentType("text/plain");
            seen.note("type", response::getContentType);
            response.getWriter().print("\u20ac");
        });
        add("a charset without a type", (response, seen) -> {
            response.setCharacterEncoding("UTF-8");
            response.getWriter().print("\u20ac");
            seen.note("type", response::getContentType);
        });
        add("a charset that is none", (response, seen) -> {
            seen.attempt("set", () -> response.setCharacterEncoding("no-such"));
            seen.attempt("write", () -> response.getWriter().print("x"));
        });
        add("a type with a charset that is none", (response, seen) -> {
            seen.attempt("set", () -> response.setContentType("text/plain;charset=no-such"));
            seen.attempt("write", () -> response.getWriter().print("x"));
        });
        add("a charset taken back", (response, seen) -> {
            response.setContentType("text/plain;charset=UTF-8");
            seen.attempt("set", () -> response.setCharacterEncoding((String) null));
            seen.note("charset", response::getCharacterEncoding);
            seen.note("type", response::getContentType);
            response.getWriter().print("x");
        });
        add("a charset as an object", (response, seen) -> {
            response.setContentType("text/plain");
            response.setCharacterEncoding(UTF_8);
            response.getWriter().print("\u20ac");
        });
        add("a type as a field", (response, seen) -> {
            response.setHeader("Content-Type", "text/plain;charset=UTF-8");
            seen.note("charset", response::getCharacterEncoding);
            response.getWriter().print("\u20ac");
            seen.note("type", response::getContentType);
        });
        add("a type added", (response, seen) -> {
            response.addHeader("Content-Type", "text/plain");
            response.addHeader("Content-Type", "text/html");
            seen.note("type", response::getContentType);
            response.getOutputStream().print("x");
        });
        add("a type taken back", (response, seen) -> {
            response.setContentType("text/plain");
            response.setContentType(null);
            seen.note("type", response::getContentType);
            response.getOutputStream().print("x");
        });
        add("a type taken back as a field", (response, seen) -> {
            response.setContentType("text/plain");
            seen.attempt("null", () -> response.setHeader("Content-Type", null));
            seen.note("type", response::getContentType);
            response.getOutputStream().print("x");
        });
        add("a type taken back behind a writer", (response, seen) -> {
            response.setContentType("text/plain;charset=UTF-8");
            response.getWriter().print("x");
            seen.attempt("null", () -> response.setContentType(null));
            seen.note("type", response::getContentType);
        });
        add("a locale", (response, seen) -> {
            response.setLocale(Locale.JAPAN);
            response.setContentType("text/plain");
            seen.note("locale", response::getLocale);
            seen.note("charset", response::getCharacterEncoding);
            seen.note("language", () -> response.getHeader("Content-Language"));
            response.getWriter().print("x");
        });
        add("a locale behind a writer", (response, seen) -> {
            response.setContentType("text/plain");
            response.getWriter().print("x");
            response.setLocale(Locale.FRANCE);
            seen.note("charset", response::getCharacterEncoding);
        });
        add("a locale of nowhere", (response, seen) -> {
            seen.attempt("null", () -> response.setLocale(null));
            seen.note("locale", response::getLocale);
        });
        add("half a character", (response, seen) -> {
            response.setCharacterEncoding("UTF-8");
            response.getWriter().write(new char[] {'\ud83c'});
            response.getWriter().flush();
            response.getWriter().write(new char[] {'\udf81'});
        });
        add("a charset that cannot write it", (response, seen) -> {
            response.setContentType("text/plain;charset=US-ASCII");
            response.getWriter().print("\u20ac");
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

    private void redirects() {
        List<String> locations = List.of(
                "/charges/1",
                "charges/1",
                "../x",
                "//other.example/x",
                "?q=2",
                "#f",
                "https://other.example/x?a=b#c",
                "",
                "http://[bad",
                "/with space",
                "/\u00fc");
        for (String location : locations) {
            add("a redirect to " + location, (response, seen) -> {
                response.setHeader("X-Kept", "1");
                response.getOutputStream().print("dropped");
                seen.attempt("redirect", () -> response.sendRedirect(location));
                seen.note("committed", response::isCommitted);
                seen.note("status", response::getStatus);
                response.getOutputStream().print("ignored");
            });
        }
        for (int status : List.of(307, 308)) {
            add(
                    "a redirect by " + status,
                    (response, seen) -> seen.attempt("redirect", () -> response.sendRedirect("/x", status)));
        }
        add("a redirect with a body", (response, seen) -> {
            response.getWriter().print("kept");
            seen.attempt("redirect", () -> response.sendRedirect("/x", 303, false));
        });
        add("a redirect by hand", (response, seen) -> {
            response.setStatus(303);
            response.setHeader("Location", "/x");
        });
        add("a redirect behind a commit", (response, seen) -> {
            response.flushBuffer();
            seen.attempt("redirect", () -> response.sendRedirect("/x"));
        });
        add("a redirect to nowhere", (response, seen) -> seen.attempt("redirect", () -> response.sendRedirect(null)));
    }

    private void committed() {
        add("changes behind a flush", (response, seen) -> {
            response.getWriter().print("one ");
            response.flushBuffer();
            changes(response, seen);
            response.getWriter().print("two");
        });
        add("changes behind a flushed stream", (response, seen) -> {
            response.getOutputStream().print("one ");
            response.getOutputStream().flush();
            changes(response, seen);
            response.getOutputStream().print("two");
        });
        add("changes behind a flushed writer", (response, seen) -> {
            response.getWriter().print("one ");
            response.getWriter().flush();
            changes(response, seen);
            response.getWriter().print("two");
        });
        add("changes behind a long body", (response, seen) -> {
            response.getOutputStream().print(LONG);
            changes(response, seen);
        });
        add("changes behind an empty flush", (response, seen) -> {
            response.flushBuffer();
            changes(response, seen);
        });
        add("changes behind a redirect", (response, seen) -> {
            response.sendRedirect("/x");
            changes(response, seen);
        });
        add("changes behind an error", (response, seen) -> {
            response.sendError(404, "gone");
            changes(response, seen);
        });
    }

    /** All that has no effect any more. */
    private static void changes(HttpServletResponse response, Seen seen) {
        seen.note("committed", response::isCommitted);
        seen.attempt("status", () -> response.setStatus(500));
        seen.note("status", response::getStatus);
        seen.attempt("field", () -> response.setHeader("X-Late", "1"));
        seen.attempt("added field", () -> response.addHeader("X-Late", "1"));
        seen.attempt("int field", () -> response.setIntHeader("X-Late", 1));
        seen.attempt("date field", () -> response.setDateHeader("X-Late", 1));
        seen.attempt("type", () -> response.setContentType("x/late"));
        seen.attempt("length", () -> response.setContentLength(1));
        seen.attempt("charset", () -> response.setCharacterEncoding("UTF-16"));
        seen.attempt("locale", () -> response.setLocale(Locale.FRANCE));
        seen.attempt("cookie", () -> response.addCookie(new Cookie("late", "1")));
        seen.attempt("buffer size", () -> response.setBufferSize(200_000));
        seen.attempt("reset", response::reset);
        seen.attempt("reset buffer", response::resetBuffer);
        seen.attempt("error", () -> response.sendError(500));
        seen.attempt("redirect", () -> response.sendRedirect("/late"));
        seen.attempt("trailers", () -> response.setTrailerFields(Map::of));
        seen.note("late", () -> response.getHeader("X-Late"));
    }

    private void closed() {
        add("writes behind the end of a stream", (response, seen) -> {
            ServletOutputStream out = response.getOutputStream();
            out.print("all");
            out.close();
            seen.note("committed", response::isCommitted);
            seen.attempt("write", () -> out.print("late"));
            seen.attempt("flush", out::flush);
            seen.attempt("close", out::close);
            seen.attempt("flush buffer", response::flushBuffer);
            seen.attempt("field", () -> response.setHeader("X-Late", "1"));
            seen.attempt("reset", response::reset);
        });
        add("writes behind the end of a writer", (response, seen) -> {
            PrintWriter out = response.getWriter();
            out.print("all");
            out.close();
            seen.note("committed", response::isCommitted);
            seen.attempt("write", () -> out.print("late"));
            seen.note("error", out::checkError);
            seen.attempt("again", () -> response.getWriter().print("late"));
        });
        add("an end without a body", (response, seen) -> {
            response.setStatus(202);
            response.getOutputStream().close();
            seen.attempt("status", () -> response.setStatus(500));
        });
    }

    private void trailers() {
        add("trailers", (response, seen) -> {
            seen.attempt("set", () -> response.setTrailerFields(() -> Map.of("X-Checksum", "abc")));
            seen.note("get", () -> response.getTrailerFields().get());
            response.getOutputStream().print("body");
        });
        add("trailers of nothing", (response, seen) -> {
            seen.attempt("set", () -> response.setTrailerFields(null));
            seen.note("get", response::getTrailerFields);
            response.getOutputStream().print("body");
        });
        add("trailers without names", (response, seen) -> {
            response.setTrailerFields(() -> null);
            response.getOutputStream().print("body");
        });
        add("trailers behind a flush", (response, seen) -> {
            response.setTrailerFields(() -> Map.of("X-Checksum", "abc"));
            response.getOutputStream().print("body");
            response.flushBuffer();
            response.getOutputStream().print("more");
        });
        add("trailers with a length", (response, seen) -> {
            response.setContentLength(4);
            response.setTrailerFields(() -> Map.of("X-Checksum", "abc"));
            response.getOutputStream().print("body");
        });
    }

    private void dispatches() {
        add("a forward", again((request, response, seen) -> {
            response.setHeader("X-First", "1");
            response.getOutputStream().print("dropped");
            request.getRequestDispatcher("/plain/second?q=2&r=3").forward(request, response);
            seen.note("committed", response::isCommitted);
            seen.attempt("late field", () -> response.setHeader("X-Late", "1"));
            seen.attempt("late write", () -> response.getOutputStream().print("late"));
        }));
        add(
                "a forward of wrappers",
                again((request, response, seen) -> request.getRequestDispatcher("/plain/second")
                        .forward(
                                new jakarta.servlet.http.HttpServletRequestWrapper(request),
                                new jakarta.servlet.http.HttpServletResponseWrapper(response))));
        add("a forward behind a commit", again((request, response, seen) -> {
            response.flushBuffer();
            seen.attempt(
                    "forward",
                    () -> request.getRequestDispatcher("/plain/second").forward(request, response));
        }));
        add("a forward by name", again((request, response, seen) -> {
            var dispatcher = request.getServletContext()
                    .getNamedDispatcher(request.getHttpServletMapping().getServletName());
            dispatcher.forward(request, response);
        }));
        add("an include", again((request, response, seen) -> {
            response.getWriter().print("before ");
            request.getRequestDispatcher("/plain/second?q=2").include(request, response);
            response.getWriter().print(" after");
        }));
        add("an include of a stream", again((request, response, seen) -> {
            response.getOutputStream().print("before ");
            request.getRequestDispatcher("/plain/second?q=2").include(request, response);
            response.getOutputStream().print(" after");
        }));
        add("a forward to an error", (request, response, seen) -> {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                request.getRequestDispatcher("/plain/second").forward(request, response);
            } else {
                response.sendError(409, "in a forward");
            }
        });
        add("an include of an error", (request, response, seen) -> {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                response.getWriter().print("before");
                request.getRequestDispatcher("/plain/second").include(request, response);
            } else {
                seen.attempt("error", () -> response.sendError(409, "in an include"));
                seen.attempt("redirect", () -> response.sendRedirect("/x"));
                seen.attempt("close", () -> response.getWriter().close());
            }
        });
        add("a forward in a forward", (request, response, seen) -> {
            String step = String.valueOf(request.getPathInfo());
            second(request, seen);
            switch (step) {
                case "/x" -> request.getRequestDispatcher("/plain/y?q=2").forward(request, response);
                case "/y" -> request.getRequestDispatcher("/plain/z?q=3").forward(request, response);
                default -> response.getWriter().print("at last");
            }
        });
    }

    /** What is not protected passes through. */
    private void passing() {
        for (String method : List.of("GET", "HEAD", "OPTIONS")) {
            rows.add(Row.of(
                            "passing: " + method,
                            Request.post("/plain/x").method(method).field("Range: bytes=0-3"),
                            (request, response, seen) -> {
                                seen.note("method", request::getMethod);
                                seen.note("range", () -> request.getHeader("Range"));
                                response.setHeader("Accept-Ranges", "bytes");
                                response.setContentLength(4);
                                response.getOutputStream().print("0123");
                            })
                    .then(Row.Retry.EXECUTED));
        }
    }

    private static Handler again(Handler first) {
        return (request, response, seen) -> {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                seen.note("q", () -> request.getParameterValues("q"));
                first.handle(request, response, seen);
                seen.note("q", () -> request.getParameterValues("q"));
            } else {
                second(request, seen);
                response.setStatus(203);
                response.setHeader("X-Second", "1");
                try {
                    response.getWriter().print("second");
                } catch (IllegalStateException e) {
                    response.getOutputStream().print("second");
                }
            }
        };
    }

    private static void second(HttpServletRequest request, Seen seen) {
        seen.note("dispatch", request::getDispatcherType);
        seen.note("paths", () -> request.getServletPath() + request.getPathInfo() + "?" + request.getQueryString());
        seen.note("uri", request::getRequestURI);
        seen.note("map", request::getParameterMap);
        seen.note("q", () -> request.getParameterValues("q"));
        seen.note("forwarded", () -> request.getAttribute("jakarta.servlet.forward.request_uri"));
        seen.note("included", () -> request.getAttribute("jakarta.servlet.include.request_uri"));
        seen.note("body", () -> request.getInputStream().readAllBytes());
    }
}
