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
import java.util.List;

/** Listeners of asynchronous requests, and of their responses. */
final class AsyncListenerRows extends AsyncTable {
    private AsyncListenerRows() {}

    static List<Row> rows() {
        AsyncListenerRows table = new AsyncListenerRows();
        table.listeners();
        table.contexts();
        return table.rows;
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
}
