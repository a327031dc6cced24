package dev.reprise.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.servlet.Application.Behaviour;
import dev.reprise.servlet.Application.Setup;
import dev.reprise.testkit.Parallel;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ReadListener;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Applications that answer asynchronously. */
@ParameterizedClass
@EnumSource
class AsyncTest {
    @Parameter
    private Container container = Container.JETTY;

    private HttpResponse<byte[]> twice(Behaviour behaviour) throws Exception {
        try (Application application = new Application(container, behaviour)) {
            return Replayed.twice(application);
        }
    }

    private static void print(AsyncContext async, String text) {
        try {
            async.getResponse().getWriter().print(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void an_answer_completed_on_another_thread_is_recorded_S7() throws Exception {
        HttpResponse<byte[]> response = twice((request, answer) -> {
            AsyncContext async = request.startAsync();
            assertThat(request.getAsyncContext()).isSameAs(async);
            assertThat(async.hasOriginalRequestAndResponse()).isTrue();
            Thread.ofVirtual().start(() -> {
                ((HttpServletResponse) async.getResponse()).setStatus(202);
                print(async, "later");
                async.complete();
            });
        });

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(Replayed.text(response)).isEqualTo("later");
    }

    @Test
    void an_answer_completed_before_the_handler_returns_is_recorded() throws Exception {
        HttpResponse<byte[]> response = twice((request, answer) -> {
            AsyncContext async = request.startAsync(request, answer);
            print(async, "at once");
            async.complete();
        });

        assertThat(Replayed.text(response)).isEqualTo("at once");
    }

    @Test
    void an_answer_made_on_a_thread_of_the_container_is_recorded() throws Exception {
        HttpResponse<byte[]> response = twice((request, answer) -> {
            AsyncContext async = request.startAsync();
            async.start(() -> {
                print(async, "started");
                async.complete();
            });
        });

        assertThat(Replayed.text(response)).isEqualTo("started");
    }

    @Test
    void an_answer_made_in_a_further_dispatch_is_recorded() throws Exception {
        HttpResponse<byte[]> response = twice((request, answer) -> {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                answer.setStatus(201);
                AsyncContext async = request.startAsync();
                Thread.ofVirtual().start(() -> async.dispatch("/view"));
            } else if (request.getAttribute("again") == null) {
                request.setAttribute("again", true);
                answer.getWriter().print(request.getServletPath() + request.getPathInfo());
                request.startAsync().dispatch();
            } else {
                answer.getWriter().print(" again");
            }
        });

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(Replayed.text(response)).startsWith("/view").endsWith(" again");
    }

    @Test
    void an_error_sent_asynchronously_is_shown_by_the_error_page_and_recorded() throws Exception {
        try (Application application =
                new Application(container, Setup.USUAL.withErrorPage("/error"), (request, answer) -> {
                    if (request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) != null) {
                        answer.getWriter().print("page " + System.nanoTime());
                        return;
                    }
                    AsyncContext async = request.startAsync();
                    Thread.ofVirtual().start(() -> {
                        try {
                            ((HttpServletResponse) async.getResponse()).sendError(404, "absent");
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        async.complete();
                    });
                })) {
            HttpResponse<byte[]> response = Replayed.twice(application);

            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(Replayed.text(response)).startsWith("page ");
        }
    }

    @Test
    void a_timeout_that_the_application_does_not_deal_with_leaves_the_outcome_unknown_S15() throws Exception {
        try (Application application = new Application(container, (request, answer) -> {
            answer.setHeader("X-Half", "1");
            request.startAsync().setTimeout(100);
        })) {
            HttpResponse<String> first = application.post("k");
            HttpResponse<String> retry = application.post("k");

            assertThat(first.statusCode()).isEqualTo(500);
            assertThat(first.body()).contains("outcome-unknown");
            assertThat(first.headers().map()).doesNotContainKey("x-half");
            assertThat(retry.statusCode()).isEqualTo(409);
            assertThat(retry.body()).contains("outcome-unknown");
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void an_answer_that_a_listener_gives_to_a_timeout_is_recorded() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        HttpResponse<byte[]> response = twice((request, answer) -> {
            AsyncContext async = request.startAsync();
            async.setTimeout(100);
            async.addListener(new Answering(events));
        });

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(Replayed.text(response)).isEqualTo("not yet");
        assertThat(events).startsWith("timeout");
    }

    private record Answering(List<String> events) implements AsyncListener {
        @Override
        public void onTimeout(AsyncEvent event) {
            events.add("timeout");
            ((HttpServletResponse) event.getAsyncContext().getResponse()).setStatus(202);
            print(event.getAsyncContext(), "not yet");
            event.getAsyncContext().complete();
        }

        @Override
        public void onComplete(AsyncEvent event) {
            events.add("complete");
        }

        @Override
        public void onError(AsyncEvent event) {
            events.add("error");
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            events.add("start");
        }
    }

    @Test
    void an_exception_after_the_start_leaves_the_outcome_unknown_S15() throws Exception {
        try (Application application = new Application(container, (request, answer) -> {
            request.startAsync();
            throw new IllegalStateException("as the test wants");
        })) {
            HttpResponse<String> first = application.post("k");

            assertThat(first.statusCode()).isEqualTo(500);
            assertThat(first.body()).contains("outcome-unknown");
            assertThat(application.post("k").body()).contains("outcome-unknown");
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void what_a_listener_answers_to_a_failure_is_recorded_S7() throws Exception {
        HttpResponse<byte[]> response = twice((request, answer) -> {
            request.startAsync().addListener(new Recovering());
            throw new IllegalStateException("as the test wants");
        });

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(Replayed.text(response)).isEqualTo("recovered");
    }

    private record Recovering() implements AsyncListener {
        @Override
        public void onError(AsyncEvent event) {
            ((HttpServletResponse) event.getAsyncContext().getResponse()).setStatus(409);
            print(event.getAsyncContext(), "recovered");
            event.getAsyncContext().complete();
        }

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }

    @Test
    void a_listener_does_not_run_beside_the_handler_that_names_it() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        CountDownLatch early = new CountDownLatch(1);
        twice((request, answer) -> {
            AsyncContext async = request.startAsync();
            answer.getOutputStream().setWriteListener(new WriteListener() {
                @Override
                public void onWritePossible() {
                    order.add("listener");
                    early.countDown();
                    async.complete();
                }

                @Override
                public void onError(Throwable failure) {
                    async.complete();
                }
            });
            // A listener that would run beside the handler has the time to.
            assertThat(comesEarly(early)).isFalse();
            order.add("handler");
        });

        assertThat(order).containsExactly("handler", "listener");
    }

    private static boolean comesEarly(CountDownLatch latch) {
        try {
            return latch.await(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void completing_while_the_handler_returns_ends_each_operation_once() throws Exception {
        try (Application application = new Application(container, (request, answer) -> {
            AsyncContext async = request.startAsync();
            Thread.ofVirtual().start(() -> {
                print(async, "done");
                async.complete();
            });
        })) {
            AtomicInteger keys = new AtomicInteger();
            List<Integer> wrong = Parallel.run(8, () -> {
                int failures = 0;
                for (int i = 0; i < 25; i++) {
                    String key = "k" + keys.incrementAndGet();
                    boolean right = application.post(key).body().equals("done")
                            && application
                                    .post(key)
                                    .headers()
                                    .firstValue("idempotent-replayed")
                                    .isPresent();
                    failures += right ? 0 : 1;
                }
                return failures;
            });

            assertThat(wrong).containsOnly(0);
            assertThat(application.executions()).isEqualTo(200);
        }
    }

    /** A wrong mapping: nobody records the answer, so nobody may execute again. */
    @Test
    void an_answer_that_does_not_come_back_through_the_filter_leaves_the_outcome_unknown_S15() throws Exception {
        Setup wrong = Setup.USUAL.mappedFor(DispatcherType.REQUEST);
        try (Application application = new Application(container, wrong, (request, answer) -> {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                request.startAsync().dispatch();
            }
        })) {
            application.post("k");

            await().untilAsserted(() -> assertThat(application.post("k").body()).contains("outcome-unknown"));
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void listeners_read_the_body_and_write_the_answer() throws Exception {
        HttpResponse<byte[]> response = twice((request, answer) -> {
            AsyncContext async = request.startAsync();
            ServletInputStream input = request.getInputStream();
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            input.setReadListener(new ReadListener() {
                @Override
                public void onDataAvailable() throws IOException {
                    while (input.isReady() && !input.isFinished()) {
                        read.write(input.read());
                    }
                }

                @Override
                public void onAllDataRead() throws IOException {
                    answer.getOutputStream().setWriteListener(new WriteListener() {
                        @Override
                        public void onWritePossible() throws IOException {
                            assertThat(answer.getOutputStream().isReady()).isTrue();
                            answer.getOutputStream().print("read " + read.toString(UTF_8));
                            async.complete();
                        }

                        @Override
                        public void onError(Throwable failure) {
                            async.complete();
                        }
                    });
                }

                @Override
                public void onError(Throwable failure) {
                    async.complete();
                }
            });
        });

        assertThat(Replayed.text(response)).isEqualTo("read body");
    }
}
