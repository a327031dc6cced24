package dev.reprise.servlet.comparison;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;

/** Responses that are made in forwards and includes. */
final class DispatchRows extends ResponseTable {
    private DispatchRows() {}

    static List<Row> rows() {
        DispatchRows table = new DispatchRows();
        table.dispatches();
        return table.rows;
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
