package dev.reprise.servlet.comparison;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.util.List;

/** Applications that answer asynchronously. */
final class AsyncRows extends AsyncTable {
    private AsyncRows() {}

    static List<Row> rows() {
        AsyncRows table = new AsyncRows();
        table.completed();
        table.dispatched();
        table.timedOut();
        table.failed();
        table.rows.addAll(AsyncListenerRows.rows());
        return table.rows;
    }

    private void completed() {
        add(
                "completed elsewhere",
                (request, response, seen) -> elsewhere(request.startAsync(), seen, (async, answer) -> {
                    answer.setStatus(202);
                    answer.setHeader("X-Later", "1");
                    answer.getWriter().print("later");
                    async.complete();
                }));
        add("completed at once", (request, response, seen) -> {
            AsyncContext async = request.startAsync();
            response.getWriter().print("at once");
            async.complete();
            seen.note("started", request::isAsyncStarted);
            seen.attempt("again", request::startAsync);
            response.getWriter().print(", and more");
        });
        add("completed twice", (request, response, seen) -> {
            AsyncContext async = request.startAsync();
            response.getWriter().print("x");
            async.complete();
            seen.attempt("again", async::complete);
        });
        add("completed on a thread of the container", (request, response, seen) -> {
            AsyncContext async = request.startAsync();
            seen.began();
            async.start(() -> {
                try {
                    async.getResponse().getWriter().print("started");
                } catch (IOException e) {
                    seen.note("failed");
                }
                async.complete();
                seen.ended();
            });
        });
        add(
                "completed without an answer",
                (request, response, seen) ->
                        elsewhere(request.startAsync(), seen, (async, answer) -> async.complete()));
        add(
                "an error sent elsewhere",
                (request, response, seen) -> elsewhere(request.startAsync(), seen, (async, answer) -> {
                    answer.sendError(404, "later");
                    async.complete();
                }));
        add(
                "a redirect elsewhere",
                (request, response, seen) -> elsewhere(request.startAsync(), seen, (async, answer) -> {
                    answer.sendRedirect("/x");
                    async.complete();
                }));
        add(
                "a long answer elsewhere",
                (request, response, seen) -> elsewhere(request.startAsync(), seen, (async, answer) -> {
                    answer.getOutputStream().print("x".repeat(50_000));
                    answer.flushBuffer();
                    seen.note("committed", answer::isCommitted);
                    async.complete();
                }));
        add(
                "a length too large elsewhere",
                (request, response, seen) -> elsewhere(request.startAsync(), seen, (async, answer) -> {
                    answer.setContentLength(5);
                    answer.getOutputStream().print("right");
                    async.complete();
                }));
        add(
                "closed before it is completed",
                (request, response, seen) -> elsewhere(request.startAsync(), seen, (async, answer) -> {
                    answer.getWriter().print("closed");
                    answer.getWriter().close();
                    async.complete();
                }));
        rows.add(Row.of(
                        "async: longer than is recorded",
                        REQUEST,
                        (request, response, seen) -> elsewhere(request.startAsync(), seen, (async, answer) -> {
                            answer.getOutputStream().print("x".repeat(150_000));
                            async.complete();
                        }))
                .then(Row.Retry.WITHOUT_BODY));
        add("what was answered before it started", (request, response, seen) -> {
            response.setStatus(201);
            response.getWriter().print("before ");
            elsewhere(request.startAsync(), seen, (async, answer) -> {
                answer.getWriter().print("after");
                async.complete();
            });
        });
        add("started behind a commit", (request, response, seen) -> {
            response.getWriter().print("before ");
            response.flushBuffer();
            elsewhere(request.startAsync(), seen, (async, answer) -> {
                seen.attempt("status", () -> answer.setStatus(500));
                answer.getWriter().print("after");
                async.complete();
            });
        });
    }

    private void dispatched() {
        add("dispatched to itself", (request, response, seen) -> {
            seen.note("dispatch", request::getDispatcherType);
            seen.note("q", () -> request.getParameter("q"));
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                response.getWriter().print("first ");
                elsewhere(request.startAsync(), seen, (async, answer) -> async.dispatch());
            } else {
                seen.note("uri", () -> request.getAttribute(AsyncContext.ASYNC_REQUEST_URI));
                seen.note("started", request::isAsyncStarted);
                response.getWriter().print("second");
            }
        });
        add("dispatched at once", (request, response, seen) -> {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                request.startAsync().dispatch("/plain/second?q=2&r=3");
                response.getWriter().print("first ");
            } else {
                seen.note(
                        "paths",
                        () -> request.getServletPath() + request.getPathInfo() + "?" + request.getQueryString());
                seen.note("map", request::getParameterMap);
                seen.note("body", () -> request.getInputStream().readAllBytes());
                response.getWriter().print("second");
            }
        });
        add("dispatched three times", (request, response, seen) -> {
            Object before = request.getAttribute("times");
            int times = before == null ? 0 : (int) before;
            request.setAttribute("times", times + 1);
            response.getWriter().print(times);
            if (times < 3) {
                elsewhere(request.startAsync(), seen, (async, answer) -> async.dispatch("/plain/" + times));
            }
        });
        add("dispatched, and an error sent", (request, response, seen) -> {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                elsewhere(request.startAsync(), seen, (async, answer) -> async.dispatch());
            } else {
                response.sendError(409, "in a dispatch");
            }
        });
        addUnknown("dispatched, and thrown", (request, response, seen) -> {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                elsewhere(request.startAsync(), seen, (async, answer) -> async.dispatch());
            } else {
                throw new IllegalStateException("thrown");
            }
        });
        add("dispatched, and forwarded", (request, response, seen) -> {
            switch (request.getDispatcherType()) {
                case REQUEST -> request.startAsync().dispatch();
                case ASYNC -> request.getRequestDispatcher("/plain/second").forward(request, response);
                default -> response.getWriter().print("forwarded");
            }
        });
        add("forwarded, and started there", (request, response, seen) -> {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                request.getRequestDispatcher("/plain/second").forward(request, response);
                seen.note("back");
            } else {
                elsewhere(request.startAsync(), seen, (async, answer) -> {
                    answer.getWriter().print("later");
                    async.complete();
                });
            }
        });
        add("dispatched twice", (request, response, seen) -> {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                AsyncContext async = request.startAsync();
                async.dispatch();
                seen.attempt("again", () -> async.dispatch());
            } else {
                response.getWriter().print("once");
            }
        });
    }

    private void timedOut() {
        addUnknown("a timeout that nobody deals with", (request, response, seen) -> {
            response.setHeader("X-Half", "1");
            request.startAsync().setTimeout(100);
        });
        add("a timeout that is answered", (request, response, seen) -> {
            AsyncContext async = request.startAsync();
            async.setTimeout(100);
            async.addListener(new Noting(seen) {
                @Override
                public void onTimeout(AsyncEvent event) throws IOException {
                    super.onTimeout(event);
                    response.setStatus(202);
                    response.getWriter().print("not yet");
                    event.getAsyncContext().complete();
                }
            });
        });
        add("a timeout that dispatches", (request, response, seen) -> {
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                response.getWriter().print("dispatched");
                return;
            }
            AsyncContext async = request.startAsync();
            async.setTimeout(100);
            async.addListener(new Noting(seen) {
                @Override
                public void onTimeout(AsyncEvent event) throws IOException {
                    super.onTimeout(event);
                    event.getAsyncContext().dispatch();
                }
            });
        });
        add("a timeout that sends an error", (request, response, seen) -> {
            AsyncContext async = request.startAsync();
            async.setTimeout(100);
            async.addListener(new Noting(seen) {
                @Override
                public void onTimeout(AsyncEvent event) throws IOException {
                    super.onTimeout(event);
                    response.sendError(404, "too late");
                    event.getAsyncContext().complete();
                }
            });
        });
        addUnknown("a timeout whose listener throws", (request, response, seen) -> {
            AsyncContext async = request.startAsync();
            async.setTimeout(100);
            async.addListener(new Noting(seen) {
                @Override
                public void onTimeout(AsyncEvent event) throws IOException {
                    super.onTimeout(event);
                    throw new IllegalStateException("thrown");
                }
            });
        });
    }

    private void failed() {
        addUnknown("thrown behind its start", (request, response, seen) -> {
            request.startAsync().setTimeout(500);
            throw new IllegalStateException("thrown");
        });
        add("thrown behind its start and answered", (request, response, seen) -> {
            AsyncContext async = request.startAsync();
            async.addListener(new Noting(seen) {
                @Override
                public void onError(AsyncEvent event) throws IOException {
                    super.onError(event);
                    response.setStatus(409);
                    response.getWriter().print("answered");
                    event.getAsyncContext().complete();
                }
            });
            throw new IllegalStateException("thrown");
        });
        addUnknown("thrown behind its end", (request, response, seen) -> {
            AsyncContext async = request.startAsync();
            response.getWriter().print("x");
            async.complete();
            throw new IllegalStateException("thrown");
        });
        addUnknown("thrown behind a dispatch", (request, response, seen) -> {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                request.startAsync().dispatch();
                throw new IllegalStateException("thrown");
            }
            response.getWriter().print("second");
        });
    }
}
