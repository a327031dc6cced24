package dev.reprise.servlet.comparison;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Applications that answer asynchronously. */
final class AsyncRows {
    private static final Request REQUEST = Request.post("/plain/x?q=1").body("text/plain", "body");

    private final List<Row> rows = new ArrayList<>();

    private AsyncRows() {}

    static List<Row> rows() {
        AsyncRows rows = new AsyncRows();
        rows.completed();
        rows.dispatched();
        rows.timedOut();
        rows.failed();
        rows.listeners();
        rows.contexts();
        return rows.rows;
    }

    private void add(String name, Handler handler) {
        rows.add(Row.of("async: " + name, REQUEST, handler));
    }

    private void addUnknown(String name, Handler handler) {
        rows.add(Row.of("async: " + name, REQUEST, handler).then(Row.Retry.UNKNOWN));
    }

    /** Something that an asynchronous application does. */
    private interface Work {
        void run(AsyncContext async, HttpServletResponse response) throws Exception;
    }

    /** Runs it on a thread that no container knows. */
    private static void elsewhere(AsyncContext async, Seen seen, Work work) {
        seen.began();
        Thread.ofVirtual().start(() -> {
            try {
                work.run(async, (HttpServletResponse) async.getResponse());
            } catch (Exception e) {
                seen.note("failed with " + e);
            } finally {
                seen.ended();
            }
        });
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

    private void listeners() {
        add("a listener", (request, response, seen) -> {
            AsyncContext async = request.startAsync();
            seen.began();
            async.addListener(new Noting(seen) {
                @Override
                public void onComplete(AsyncEvent event) throws IOException {
                    super.onComplete(event);
                    seen.ended();
                }
            });
            elsewhere(async, seen, (context, answer) -> {
                answer.getWriter().print("x");
                context.complete();
            });
        });
        add("a listener with what it is given", (request, response, seen) -> {
            AsyncContext async = request.startAsync();
            seen.began();
            async.addListener(
                    new Noting(seen) {
                        @Override
                        public void onComplete(AsyncEvent event) throws IOException {
                            super.onComplete(event);
                            seen.note("given", () -> event.getSuppliedRequest().equals(request));
                            seen.ended();
                        }
                    },
                    request,
                    response);
            async.complete();
        });
        add("a listener that starts anew", (request, response, seen) -> {
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                AsyncContext second = request.startAsync();
                response.getWriter().print("second");
                second.complete();
                return;
            }
            AsyncContext async = request.startAsync();
            async.addListener(new Noting(seen));
            async.dispatch();
        });
        add("a created listener", (request, response, seen) -> {
            AsyncContext async = request.startAsync();
            seen.note("created", () -> async.createListener(Made.class) != null);
            async.complete();
        });
        add("a write listener", (request, response, seen) -> {
            AsyncContext async = request.startAsync();
            ServletOutputStream out = response.getOutputStream();
            seen.began();
            WriteListener listener = new WriteListener() {
                @Override
                public void onWritePossible() throws IOException {
                    while (out.isReady()) {
                        out.write("written".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                        seen.ended();
                        async.complete();
                        return;
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    seen.note("failed with " + failure);
                    async.complete();
                }
            };
            out.setWriteListener(listener);
            seen.attempt("second", () -> out.setWriteListener(listener));
        });
        add("a write listener that fails", (request, response, seen) -> {
            AsyncContext async = request.startAsync();
            seen.began();
            response.getOutputStream().setWriteListener(new WriteListener() {
                @Override
                public void onWritePossible() throws IOException {
                    throw new IOException("thrown");
                }

                @Override
                public void onError(Throwable failure) {
                    seen.note("failed with " + failure);
                    response.setStatus(409);
                    async.complete();
                    seen.ended();
                }
            });
        });
        add("a write listener of a long answer", (request, response, seen) -> {
            AsyncContext async = request.startAsync();
            ServletOutputStream out = response.getOutputStream();
            out.setWriteListener(new WriteListener() {
                private int left = 20;

                @Override
                public void onWritePossible() throws IOException {
                    while (out.isReady()) {
                        if (left-- == 0) {
                            async.complete();
                            return;
                        }
                        out.write(new byte[2_000]);
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    async.complete();
                }
            });
        });
    }

    public static final class Made implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }

    private void contexts() {
        add("the context", (request, response, seen) -> {
            seen.attempt("before", request::getAsyncContext);
            seen.note("supported", request::isAsyncSupported);
            AsyncContext async = request.startAsync();
            seen.note("same", () -> request.getAsyncContext().equals(async));
            seen.note("original", async::hasOriginalRequestAndResponse);
            seen.note("request", () -> async.getRequest().equals(request));
            seen.note("response", () -> async.getResponse().equals(response));
            seen.note("timeout", async::getTimeout);
            seen.attempt("start again", request::startAsync);
            async.complete();
        });
        add("the context of wrappers", (request, response, seen) -> {
            HttpServletRequest wrapped = new HttpServletRequestWrapper(request);
            HttpServletResponse answer = new HttpServletResponseWrapper(response);
            AsyncContext async = wrapped.startAsync(wrapped, answer);
            seen.note("original", async::hasOriginalRequestAndResponse);
            seen.note("request", () -> async.getRequest().equals(wrapped));
            seen.note("response", () -> async.getResponse().equals(answer));
            elsewhere(async, seen, (context, later) -> {
                later.getWriter().print("wrapped");
                context.complete();
            });
        });
        add("wrappers that are dispatched", (request, response, seen) -> {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                HttpServletRequest wrapped = new HttpServletRequestWrapper(request) {
                    @Override
                    public String getHeader(String name) {
                        return name.equals("X-Wrapped") ? "yes" : super.getHeader(name);
                    }
                };
                request.startAsync(wrapped, new HttpServletResponseWrapper(response))
                        .dispatch();
            } else {
                seen.note("wrapped", () -> request.getHeader("X-Wrapped"));
                response.getWriter().print("dispatched");
            }
        });
    }

    /** Notes what it is told of. */
    private static class Noting implements AsyncListener {
        private final Seen seen;

        private Noting(Seen seen) {
            this.seen = seen;
        }

        @Override
        public void onComplete(AsyncEvent event) throws IOException {
            seen.note("on complete");
        }

        @Override
        public void onTimeout(AsyncEvent event) throws IOException {
            seen.note("on timeout");
        }

        @Override
        public void onError(AsyncEvent event) throws IOException {
            seen.note("on error " + event.getThrowable().getClass().getSimpleName());
        }

        @Override
        public void onStartAsync(AsyncEvent event) throws IOException {
            seen.note("on start");
        }
    }
}
