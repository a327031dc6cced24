package dev.reprise.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.http.Route;
import dev.reprise.servlet.Application.Setup;
import dev.reprise.testkit.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A route protects what the container dispatches to, in whatever way its path is written (S31). */
@ParameterizedClass
@EnumSource
class PathTest {
    private static final Setup CHARGES =
            Setup.USUAL.withRoute(ignored -> Route.of("/v1/charges").withKeyRequired(true));

    @Parameter
    private Container container = Container.JETTY;

    private Application charges(String contextPath) {
        return new Application(
                container,
                CHARGES.withContextPath(contextPath),
                (request, response) -> response.getWriter().print("took " + request.getPathInfo()));
    }

    private static String post(Application application, String path, String fields) throws Exception {
        return RawClient.exchange(
                application.port(),
                "POST " + path + " HTTP/1.1\nHost: x\nConnection: close\nContent-Length: 0\n" + fields + "\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/charges",
                "/v1/%63harges",
                "/v1/./charges",
                "/v1/x/../charges",
                "/v1/charges;x=1",
                "/v1;x=1/charges",
                "//v1/charges",
                "/v1//charges",
                "/v1/charges/.",
                "/v1/%2e/charges"
            })
    void no_spelling_that_reaches_the_servlet_goes_around_the_route_S31(String path) throws Exception {
        try (Application application = charges("")) {
            String answer = post(application, path, "");

            assertThat(answer).startsWith("HTTP/1.1 400");
            assertThat(application.executions()).isZero();

            for (int i = 0; i < 2; i++) {
                String unused = post(application, path, "Idempotency-Key: k\n");
            }
            assertThat(application.executions()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void the_same_path_written_in_another_way_is_the_same_request_S11_S31() throws Exception {
        try (Application application = charges("")) {
            String first = post(application, "/v1/charges", "Idempotency-Key: k\n");
            String retry = post(application, "/v1/%63harges", "Idempotency-Key: k\n");

            assertThat(first).endsWith("took /v1/charges");
            assertThat(retry).endsWith("took /v1/charges").containsIgnoringCase("idempotent-replayed: true");
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void routes_are_within_the_application_like_the_mappings_of_servlets_S31() throws Exception {
        try (Application application = charges("/shop")) {
            assertThat(post(application, "/shop/v1/charges", "")).startsWith("HTTP/1.1 400");
            assertThat(post(application, "/shop/v1/charges", "Idempotency-Key: k\n"))
                    .endsWith("took /v1/charges");
            assertThat(application.executions()).isOne();
        }
    }
}
