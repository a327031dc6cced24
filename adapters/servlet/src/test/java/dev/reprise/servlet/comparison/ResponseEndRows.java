package dev.reprise.servlet.comparison;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How a response ends or is on its way, and what an application still tries then. */
final class ResponseEndRows extends ResponseTable {
    private ResponseEndRows() {}

    static List<Row> rows() {
        ResponseEndRows table = new ResponseEndRows();
        table.redirects();
        table.committed();
        table.closed();
        table.trailers();
        return table.rows;
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
}
