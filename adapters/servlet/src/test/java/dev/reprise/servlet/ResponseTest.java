package dev.reprise.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.reprise.servlet.Application.Behaviour;
import dev.reprise.servlet.Application.Setup;
import dev.reprise.testkit.RawClient;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way in which an application makes a response ends up in the record as the first caller saw it. */
@ParameterizedClass
@EnumSource
class ResponseTest {
    @Parameter
    private Container container = Container.JETTY;

    private HttpResponse<byte[]> twice(Behaviour behaviour) throws Exception {
        return twice(Setup.USUAL, behaviour);
    }

    private HttpResponse<byte[]> twice(Setup setup, Behaviour behaviour) throws Exception {
        try (Application application = new Application(container, setup, behaviour)) {
            return Replayed.twice(application);
        }
    }

    @Test
    void a_writer_encodes_as_the_content_type_says() throws Exception {
        HttpResponse<byte[]> response = twice((request, answer) -> {
            answer.setContentType("text/plain;charset=UTF-8");
            answer.getWriter().print("Grüße 🎁");
            answer.setContentType("text/html;charset=ISO-8859-1");
        });

        assertThat(Replayed.text(response)).isEqualTo("Grüße 🎁");
        assertThat(response.headers().firstValue("content-type").orElse("").toLowerCase(Locale.ROOT))
                .startsWith("text/html")
                .endsWith("charset=utf-8");
    }

    @Test
    void a_writer_without_a_charset_says_which_one_it_takes() throws Exception {
        HttpResponse<byte[]> response = twice((request, answer) -> {
            answer.setContentType("text/plain");
            answer.getWriter().print("ü");
        });

        String type = response.headers().firstValue("content-type").orElse("");
        assertThat(type.toLowerCase(Locale.ROOT)).startsWith("text/plain;charset=");
        assertThat(new String(response.body(), Charset.forName(type.substring(type.indexOf('=') + 1))))
                .isEqualTo("ü");
    }

    @Test
    void fields_of_every_kind_are_kept() throws Exception {
        HttpResponse<byte[]> response = twice((request, answer) -> {
            answer.setIntHeader("X-Int", 1);
            answer.addIntHeader("X-Int", 2);
            answer.setDateHeader("Last-Modified", 0);
            answer.addDateHeader("X-Date", 0);
            answer.setHeader("X-Gone", "1");
            answer.setHeader("X-Gone", null);
            answer.setLocale(Locale.FRANCE);
            answer.addCookie(new Cookie("a", "b"));
            answer.setContentLength(3);
            answer.getOutputStream().print("abc");
        });

        assertThat(response.headers().allValues("x-int")).containsExactly("1", "2");
        assertThat(response.headers().firstValue("last-modified")).hasValue("Thu, 01 Jan 1970 00:00:00 GMT");
        assertThat(response.headers().firstValue("x-date")).isPresent();
        assertThat(response.headers().map()).doesNotContainKey("x-gone");
        assertThat(response.headers().firstValue("content-language")).hasValue("fr-FR");
        assertThat(response.headers().firstValue("set-cookie")).hasValue("a=b");
        assertThat(response.headers().firstValue("content-length")).hasValue("3");
    }

    @Test
    void a_reset_takes_everything_back_and_resetting_the_buffer_only_the_body() throws Exception {
        HttpResponse<byte[]> response = twice((request, answer) -> {
            answer.setStatus(201);
            answer.setHeader("X-Before", "1");
            answer.getWriter().print("before");
            answer.reset();
            answer.setHeader("X-Kept", "1");
            answer.getOutputStream().print("dropped");
            answer.resetBuffer();
            answer.getOutputStream().print("kept");
        });

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().map()).containsKey("x-kept").doesNotContainKey("x-before");
        assertThat(Replayed.text(response)).isEqualTo("kept");
    }

    @Test
    void a_flush_commits_for_the_application_and_sends_nothing_S19() throws Exception {
        HttpResponse<byte[]> response = twice((request, answer) -> {
            assertThat(answer.isCommitted()).isFalse();
            answer.getWriter().print("one ");
            answer.flushBuffer();
            assertThat(answer.isCommitted()).isTrue();
            answer.setHeader("X-Late", "1");
            answer.setStatus(500);
            assertThatIllegalStateException().isThrownBy(answer::reset);
            assertThatIllegalStateException().isThrownBy(() -> answer.sendError(500));
            answer.getWriter().print("two");
        });

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().map()).doesNotContainKey("x-late");
        assertThat(Replayed.text(response)).isEqualTo("one two");
    }

    @Test
    void a_body_beyond_the_buffer_is_committed_for_the_application() throws Exception {
        byte[] large = "x".repeat(100_000).getBytes(UTF_8);
        HttpResponse<byte[]> response = twice((request, answer) -> {
            answer.getOutputStream().write(large);
            assertThat(answer.isCommitted()).isTrue();
            assertThatIllegalStateException().isThrownBy(answer::resetBuffer);
            answer.getOutputStream().write('!');
        });

        assertThat(response.body()).hasSize(100_001);
    }

    @Test
    void writer_and_stream_exclude_each_other() throws Exception {
        HttpResponse<byte[]> response = twice((request, answer) -> {
            PrintWriter writer = answer.getWriter();
            assertThatIllegalStateException().isThrownBy(answer::getOutputStream);
            writer.print("ok");
            writer.close();
            writer.print("late");
        });

        assertThat(Replayed.text(response)).isEqualTo("ok");
    }

    @Test
    void a_redirect_is_kept_with_its_location() throws Exception {
        HttpResponse<byte[]> response = twice((request, answer) -> {
            answer.getWriter().print("dropped");
            answer.sendRedirect("/charges/1", 303);
            answer.getWriter().print("ignored");
        });

        assertThat(response.statusCode()).isEqualTo(303);
        assertThat(response.headers().firstValue("location")).hasValue("/charges/1");
        assertThat(response.body()).isEmpty();
    }

    @Test
    void trailers_are_kept() throws Exception {
        try (Application application = new Application(container, (request, answer) -> {
            answer.setTrailerFields(() -> Map.of("X-Checksum", "abc"));
            answer.getOutputStream().print("body");
        })) {
            String first = RawClient.exchange(application.port(), Application.head("k"));
            String retry = RawClient.exchange(application.port(), Application.head("k"));

            for (String response : new String[] {first, retry}) {
                assertThat(response.toLowerCase(Locale.ROOT))
                        .contains("transfer-encoding: chunked")
                        .contains("4\r\nbody\r\n0\r\nx-checksum: abc\r\n\r\n");
            }
            assertThat(retry).contains("Idempotent-Replayed: true");
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void an_error_shows_its_message_to_every_caller_alike() throws Exception {
        HttpResponse<byte[]> response = twice((request, answer) -> {
            answer.setHeader("X-Kept", "1");
            answer.getWriter().print("dropped");
            answer.sendError(404, "No such account: ü");
            answer.getWriter().print("ignored");
        });

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().map()).containsKey("x-kept");
        assertThat(response.headers().firstValue("content-type").orElse(""))
                .startsWithIgnoringCase("text/plain;charset=utf-8");
        assertThat(Replayed.text(response)).isEqualTo("No such account: ü");
    }

    @Test
    void an_error_page_of_the_application_is_kept_as_it_came_out() throws Exception {
        HttpResponse<byte[]> response = twice(Setup.USUAL.withErrorPage("/error"), (request, answer) -> {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                answer.sendError(409, "taken");
            } else {
                assertThat(request.getMethod()).isEqualTo("GET");
                answer.setContentType("application/json");
                answer.getOutputStream()
                        .print(request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) + " "
                                + request.getAttribute(RequestDispatcher.ERROR_MESSAGE) + " "
                                + request.getAttribute(RequestDispatcher.ERROR_METHOD) + " "
                                + request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) + " " + System.nanoTime());
            }
        });

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("application/json");
        assertThat(Replayed.text(response)).startsWith("409 taken POST /a ");
    }

    @Test
    void an_error_page_that_fails_shows_its_own_error() throws Exception {
        HttpResponse<byte[]> response = twice(
                Setup.USUAL.withErrorPage("/error"),
                (request, answer) ->
                        answer.sendError(request.getDispatcherType() == DispatcherType.REQUEST ? 409 : 410, "gone"));

        assertThat(response.statusCode()).isEqualTo(410);
        assertThat(Replayed.text(response)).isEqualTo("gone");
    }

    /** Behind a forward Tomcat takes no status any more. */
    @Test
    void an_error_sent_in_a_forward_keeps_its_status() throws Exception {
        for (Setup setup : new Setup[] {Setup.USUAL, Setup.USUAL.withoutAsync()}) {
            try (Application application = new Application(container, setup, (request, answer) -> {
                if (request.getDispatcherType() == DispatcherType.REQUEST) {
                    request.getRequestDispatcher("/other").forward(request, answer);
                } else {
                    answer.sendError(409, "taken");
                }
            })) {
                application.post("k");
                HttpResponse<String> retry = application.post("k");

                assertThat(retry.statusCode()).isEqualTo(409);
                assertThat(retry.body()).isEqualTo("taken");
                assertThat(application.executions()).isOne();
            }
        }
    }

    @Test
    void early_hints_go_out_at_once_and_are_not_recorded() throws Exception {
        try (Application application = new Application(container, (request, answer) -> {
            answer.setHeader("Link", "</style.css>; rel=preload");
            answer.sendError(103);
            answer.getWriter().print("done");
        })) {
            String first = RawClient.exchange(application.port(), Application.head("k"));
            String retry = RawClient.exchange(application.port(), Application.head("k"));

            assertThat(first)
                    .startsWith("HTTP/1.1 103")
                    .contains("HTTP/1.1 200")
                    .endsWith("done");
            assertThat(retry)
                    .startsWith("HTTP/1.1 200")
                    .contains("Link: </style.css>")
                    .endsWith("done");
        }
    }

    @Test
    void what_another_servlet_answers_after_a_forward_is_kept() throws Exception {
        HttpResponse<byte[]> response = twice(ResponseTest::forward);

        assertThat(response.statusCode()).isEqualTo(203);
        assertThat(Replayed.text(response)).isEqualTo("forwarded");
    }

    /** Without it Tomcat takes nothing more from the filter, and the caller has to ask again. */
    @Test
    void after_a_forward_without_asynchronous_support_at_least_the_retry_gets_the_answer() throws Exception {
        try (Application application = new Application(container, Setup.USUAL.withoutAsync(), ResponseTest::forward)) {
            HttpResponse<String> first = application.post("k");
            HttpResponse<String> retry = application.post("k");

            assertThat(first.statusCode()).isEqualTo(container == Container.JETTY ? 203 : 500);
            assertThat(retry.statusCode()).isEqualTo(203);
            assertThat(retry.body()).isEqualTo("forwarded");
            assertThat(application.executions()).isOne();
        }
    }

    private static void forward(jakarta.servlet.http.HttpServletRequest request, HttpServletResponse answer)
            throws IOException, jakarta.servlet.ServletException {
        if (request.getDispatcherType() == DispatcherType.REQUEST) {
            request.getRequestDispatcher("/other").forward(request, answer);
        } else {
            answer.setStatus(203);
            answer.getWriter().print("forwarded");
        }
    }
}
