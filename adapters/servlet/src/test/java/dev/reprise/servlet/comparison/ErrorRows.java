package dev.reprise.servlet.comparison;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.UnavailableException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Errors that are sent, and exceptions that are thrown, before and behind whatever was answered. */
final class ErrorRows {
    private static final Request REQUEST = Request.post("/plain/x?q=1").body("text/plain", "body");

    private final List<Row> rows = new ArrayList<>();

    private ErrorRows() {}

    static List<Row> rows() {
        ErrorRows rows = new ErrorRows();
        rows.sent();
        rows.thrown();
        rows.unread();
        return rows.rows;
    }

    /** What an application did before. */
    private interface Before {
        void answer(HttpServletResponse response) throws IOException;
    }

    private static Map<String, Before> befores() {
        Map<String, Before> all = new LinkedHashMap<>();
        all.put("nothing", response -> {});
        all.put("a status and fields", response -> {
            response.setStatus(201);
            response.setHeader("X-Kept", "1");
            response.setContentType("application/json");
            response.setHeader("ETag", "\"1\"");
            response.setHeader("Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT");
            response.setHeader("Cache-Control", "max-age=10");
        });
        all.put("some body", response -> response.getWriter().print("half"));
        all.put("some stream", response -> response.getOutputStream().print("half"));
        all.put("a length", response -> response.setContentLength(100));
        all.put("an empty buffer", HttpServletResponse::resetBuffer);
        return all;
    }

    private void sent() {
        befores().forEach((before, answer) -> {
            rows.add(Row.of("error: 404 behind " + before, REQUEST, (request, response, seen) -> {
                answer.answer(response);
                seen.attempt("error", () -> response.sendError(404, "no such account"));
                seen.note("committed", response::isCommitted);
                seen.note("status", response::getStatus);
                response.flushBuffer();
            }));
            rows.add(Row.of("error: 409 without a message behind " + before, REQUEST, (request, response, seen) -> {
                answer.answer(response);
                response.sendError(409);
            }));
            rows.add(Row.of("error: 500 behind " + before, REQUEST, (request, response, seen) -> {
                        answer.answer(response);
                        response.sendError(500, "broken");
                    })
                    .then(Row.Retry.UNKNOWN));
            rows.add(Row.of("error: 401 behind " + before, REQUEST, (request, response, seen) -> {
                        answer.answer(response);
                        response.sendError(401);
                    })
                    .then(Row.Retry.EXECUTED));
        });
        for (int status : new int[] {200, 204, 302, 304, 418}) {
            rows.add(Row.of(
                    "error: sent as " + status,
                    REQUEST,
                    (request, response, seen) -> response.sendError(status, "odd")));
        }
        rows.add(Row.of("error: sent twice", REQUEST, (request, response, seen) -> {
            response.sendError(404, "first");
            seen.attempt("second", () -> response.sendError(409, "second"));
            seen.attempt("redirect", () -> response.sendRedirect("/x"));
        }));
        rows.add(Row.of("error: sent behind a commit", REQUEST, (request, response, seen) -> {
            response.getWriter().print("all");
            response.flushBuffer();
            seen.attempt("error", () -> response.sendError(404));
        }));
        rows.add(Row.of("error: sent, then thrown", REQUEST, (request, response, seen) -> {
                    response.sendError(404, "sent");
                    throw new IllegalStateException("thrown");
                })
                .then(Row.Retry.UNKNOWN));
        rows.add(Row.of(
                "error: text beyond ASCII",
                REQUEST,
                (request, response, seen) -> response.sendError(404, "<b>\u00fc \u20ac</b>")));
    }

    /** What is thrown. */
    private interface Failure {
        void fail() throws Exception;
    }

    private static Map<String, Failure> failures() {
        Map<String, Failure> all = new LinkedHashMap<>();
        all.put("a runtime exception", () -> {
            throw new IllegalStateException("thrown");
        });
        all.put("a servlet exception", () -> {
            throw new ServletException("thrown", new IllegalArgumentException("cause"));
        });
        all.put("an I/O exception", () -> {
            throw new FileNotFoundException("thrown");
        });
        all.put("an error", () -> {
            throw new AssertionError("thrown");
        });
        all.put("an unavailable servlet", () -> {
            throw new UnavailableException("thrown", 1);
        });
        return all;
    }

    private void thrown() {
        failures()
                .forEach((failure, thrower) -> befores().forEach((before, answer) -> {
                    if (!failure.startsWith("an unavailable")) {
                        rows.add(Row.of(
                                        "thrown: " + failure + " behind " + before,
                                        REQUEST,
                                        (request, response, seen) -> {
                                            answer.answer(response);
                                            thrower.fail();
                                        })
                                .then(Row.Retry.UNKNOWN));
                    }
                }));
        failures().forEach((failure, thrower) -> {
            if (!failure.startsWith("an unavailable")) {
                rows.add(Row.of("thrown: " + failure + " behind a commit", REQUEST, (request, response, seen) -> {
                            response.getWriter().print("half");
                            response.flushBuffer();
                            thrower.fail();
                        })
                        .then(Row.Retry.UNKNOWN));
            }
        });
        rows.add(Row.of("thrown: in a forward", REQUEST, (request, response, seen) -> {
                    if (request.getDispatcherType() != DispatcherType.REQUEST) {
                        throw new IllegalStateException("thrown");
                    }
                    request.getRequestDispatcher("/plain/second").forward(request, response);
                })
                .then(Row.Retry.UNKNOWN));
        rows.add(Row.of("thrown: in a forward and caught", REQUEST, (request, response, seen) -> {
            if (request.getDispatcherType() != DispatcherType.REQUEST) {
                response.getWriter().print("half");
                throw new IllegalStateException("thrown");
            }
            try {
                request.getRequestDispatcher("/plain/second").forward(request, response);
            } catch (IllegalStateException e) {
                response.setStatus(409);
                response.getWriter().print(" caught");
            }
        }));
        rows.add(Row.of("thrown: in an include and caught", REQUEST, (request, response, seen) -> {
            if (request.getDispatcherType() != DispatcherType.REQUEST) {
                response.setStatus(500);
                throw new IllegalStateException("thrown");
            }
            try {
                response.getWriter().print("before ");
                request.getRequestDispatcher("/plain/second").include(request, response);
            } catch (IllegalStateException e) {
                response.getWriter().print("caught");
            }
        }));
    }

    /** What the application did not read, and what it does not deal with. */
    private void unread() {
        rows.add(Row.of("unread: a broken form", form("a=%zz"), (request, response, seen) -> {
                    request.getParameter("a");
                })
                .then(Row.Retry.UNKNOWN));
        rows.add(Row.of("unread: a broken form whose failure is wrapped", form("a=%zz"), (request, response, seen) -> {
                    try {
                        request.getParameter("a");
                    } catch (IllegalStateException e) {
                        throw new ServletException("wrapped", e);
                    }
                })
                .then(Row.Retry.UNKNOWN));
        rows.add(Row.of("unread: a broken query", REQUEST.at("/plain/x?a=%zz"), (request, response, seen) -> {
                    request.getParameter("a");
                })
                .then(Row.Retry.UNKNOWN));
        rows.add(Row.of(
                        "unread: a broken multipart form",
                        Request.post("/multipart/x").body("multipart/form-data; boundary=b", "--b\r\nbroken"),
                        (request, response, seen) -> request.getParts())
                .then(Row.Retry.UNKNOWN));
        rows.add(Row.of(
                        "unread: parameters of a broken multipart form",
                        Request.post("/multipart/x").body("multipart/form-data; boundary=b", "--b\r\nbroken"),
                        (request, response, seen) -> request.getParameter("a"))
                .then(Row.Retry.UNKNOWN));
        rows.add(Row.of(
                        "unread: a multipart form that is too long",
                        Request.post("/limited/x")
                                .body(
                                        "multipart/form-data; boundary=b",
                                        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + "x".repeat(2_000)
                                                + "\r\n--b--\r\n"),
                        (request, response, seen) -> request.getParts())
                .then(Row.Retry.UNKNOWN));
        rows.add(Row.of(
                        "unread: parts nobody is configured for",
                        Request.post("/plain/x").body("multipart/form-data; boundary=b", "--b--\r\n"),
                        (request, response, seen) -> request.getParts())
                .then(Row.Retry.UNKNOWN));
        rows.add(Row.of(
                "unread: a body",
                Request.post("/plain/x").body("text/plain", "x".repeat(50_000)),
                (request, response, seen) -> response.getWriter().print("unread")));
        rows.add(Row.of(
                "unread: a body in chunks",
                Request.post("/plain/x").body("text/plain", "x".repeat(50_000)).inChunks(),
                (request, response, seen) -> response.getWriter().print("unread")));
        rows.add(Row.of(
                "unread: a body that is expected to continue",
                Request.post("/plain/x").field("Expect: 100-continue").body("text/plain", "body"),
                (request, response, seen) -> response.getWriter().print("unread")));
        rows.add(Row.of(
                "read: a body that is expected to continue",
                Request.post("/plain/x").field("Expect: 100-continue").body("text/plain", "body"),
                (request, response, seen) ->
                        seen.note("body", () -> request.getInputStream().readAllBytes())));
    }

    private static Request form(String body) {
        return Request.post("/plain/x").body("application/x-www-form-urlencoded", body);
    }
}
