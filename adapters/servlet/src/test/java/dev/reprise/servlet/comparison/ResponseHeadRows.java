package dev.reprise.servlet.comparison;

import jakarta.servlet.http.Cookie;
import java.util.List;

/** The status and the fields that an application sets. */
final class ResponseHeadRows extends ResponseTable {
    private ResponseHeadRows() {}

    static List<Row> rows() {
        ResponseHeadRows table = new ResponseHeadRows();
        table.statuses();
        table.fields();
        return table.rows;
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
}
