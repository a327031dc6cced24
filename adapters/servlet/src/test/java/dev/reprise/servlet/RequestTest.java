package dev.reprise.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.reprise.servlet.Application.Behaviour;
import dev.reprise.servlet.Application.Setup;
import dev.reprise.testkit.RawClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The application sees a protected request as if the filter had not read it. */
@ParameterizedClass
@EnumSource
class RequestTest {
    @Parameter
    private Container container = Container.JETTY;

    private String answer(String type, byte[] body, Behaviour behaviour) throws Exception {
        try (Application application = new Application(container, behaviour)) {
            HttpResponse<String> response = application.send(application
                    .request("/a%20b/c?q=%20&form=query")
                    .header("Idempotency-Key", "k")
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofByteArray(body)));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body();
        }
    }

    @Test
    void the_body_is_read_as_a_stream() throws Exception {
        byte[] body = new byte[200_000];
        Arrays.fill(body, (byte) 'x');

        assertThat(answer("application/octet-stream", body, (request, response) -> {
                    assertThat(request.getContentLength()).isEqualTo(200_000);
                    assertThat(request.getInputStream().readAllBytes()).isEqualTo(body);
                    assertThat(request.getInputStream().isFinished()).isTrue();
                    assertThat(request.getInputStream().read()).isEqualTo(-1);
                    assertThatIllegalStateException().isThrownBy(request::getReader);
                    response.getWriter().print(request.getQueryString() + request.getHeader("Idempotency-Key"));
                }))
                .isEqualTo("q=%20&form=queryk");
    }

    @Test
    void the_body_is_read_by_a_reader_in_its_charset() throws Exception {
        assertThat(answer("text/plain;charset=UTF-8", "Grüße\nzwei".getBytes(UTF_8), (request, response) -> {
                    String line = request.getReader().readLine();
                    assertThatIllegalStateException().isThrownBy(request::getInputStream);
                    response.setCharacterEncoding("UTF-8");
                    response.getWriter().print(line);
                }))
                .isEqualTo("Grüße");
    }

    @Test
    void parameters_of_the_query_are_there_without_a_form() throws Exception {
        assertThat(answer(
                        "application/json",
                        "{}".getBytes(UTF_8),
                        (request, response) -> response.getWriter()
                                .print(request.getParameter("form")
                                        + new String(request.getInputStream().readAllBytes(), UTF_8))))
                .isEqualTo("query{}");
    }

    @Test
    void a_body_of_unknown_length_is_read_to_its_end() throws Exception {
        try (Application application = new Application(
                container,
                (request, response) ->
                        response.getWriter().print(request.getInputStream().readAllBytes().length))) {
            String response = RawClient.exchange(application.port(), """
                    POST /a HTTP/1.1
                    Host: x
                    Connection: close
                    Idempotency-Key: k
                    Transfer-Encoding: chunked

                    3
                    abc
                    2
                    de
                    0

                    """);

            assertThat(response).startsWith("HTTP/1.1 200").endsWith("\r\n5");
        }
    }

    @Test
    void a_body_that_is_too_long_is_refused_and_nothing_is_executed_S14_S24() throws Exception {
        Setup small = Setup.USUAL.withRoute(route -> route.withMaxRequestBody(10));
        try (Application application =
                new Application(container, small, (request, response) -> response.setStatus(201))) {
            HttpResponse<String> declared = application.post("/a", "k", "x".repeat(11));
            String chunked = RawClient.exchange(application.port(), """
                    POST /a HTTP/1.1
                    Host: x
                    Connection: close
                    Idempotency-Key: k
                    Transfer-Encoding: chunked

                    b
                    12345678901
                    0

                    """);

            assertThat(declared.statusCode()).isEqualTo(413);
            assertThat(declared.body()).contains("request-too-large");
            assertThat(chunked).startsWith("HTTP/1.1 413");
            assertThat(application.executions()).isZero();
            assertThat(application.post("/a", "k", "x".repeat(10)).statusCode()).isEqualTo(201);
        }
    }
}
