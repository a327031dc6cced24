package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.RawClient;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S31: a route protects what the service behind it would run. */
class RoutesTest {
    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    private GatewayFixture gateway(String routes) {
        return new GatewayFixture(
                folder, "upstream: http://127.0.0.1:" + service.port() + "\nroutes: " + routes + "\n");
    }

    private static String send(GatewayFixture gateway, String method, String path, String fields) throws Exception {
        return RawClient.exchange(
                gateway.port(),
                method + " " + path + " HTTP/1.1\nHost: x\nConnection: close\n" + fields + "Content-Length: 4\n\nbody");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/charges", "/V1/charges", "/v1/charges/", "/v1/%63harges", "/%761/CHARGES/"})
    void another_spelling_of_a_path_is_the_same_operation_and_another_request_S9(String path) throws Exception {
        try (GatewayFixture gateway = gateway("[{path: /v1/charges, require-key: true}]")) {
            assertThat(send(gateway, "POST", path, ""))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("/missing-key\"");
            assertThat(send(gateway, "POST", path, "Idempotency-Key: k\n")).startsWith("HTTP/1.1 201 ");

            String other = send(gateway, "POST", "/v1/charges?other", "Idempotency-Key: k\n");

            assertThat(other).startsWith("HTTP/1.1 422 ").contains("/payload-mismatch\"");
            assertThat(service.received())
                    .extracting(TestService.Received::uri)
                    .as("as it was sent")
                    .containsExactly(path);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//v1/charges",
                "/v1//charges",
                "/v1/./charges",
                "/v1/%2e/charges",
                "/x/../v1/charges",
                "/x/%2e%2e/v1/charges",
                "/x/..;/v1/charges",
                "/v1/charges;x=1",
                "/v1;x/charges",
                "/v1%2Fcharges",
                "/v1%5ccharges",
                "/v1\\charges",
                "/v1/charges%00",
                "/v1/%2563harges",
                "/v1%c0%afcharges"
            })
    void what_a_service_may_read_as_a_protected_path_is_refused_with_a_key_and_without_one(String path)
            throws Exception {
        try (GatewayFixture gateway = gateway("[{path: /v1/charges, require-key: true}]")) {
            for (String key : List.of("", "Idempotency-Key: k\n")) {
                assertThat(send(gateway, "POST", path, key))
                        .startsWith("HTTP/1.1 422 ")
                        .contains("Content-Type: application/problem+json", "/ambiguous-path\"");
            }
            assertThat(service.received()).isEmpty();
            assertThat(send(gateway, "GET", path, "")).startsWith("HTTP/1.1 201 ");
        }
    }

    @Test
    void what_cannot_be_a_protected_path_passes_through_however_strange_it_looks() throws Exception {
        try (GatewayFixture gateway = gateway("[{path: /v1/charges}]")) {
            assertThat(send(gateway, "POST", "/files//a%2Fb;c\\d", "")).startsWith("HTTP/1.1 201 ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "encoded-slash: literal, /v1/files/a%2Fb, true",
                "encoded-slash: resolved, /v1%2Ffiles/a, true",
                "backslash: resolved, /v1\\files\\a, true",
                "dot-segments: resolved, /x/../v1/./files/a, true",
                "dot-segments: literal, /x/../v1/./files/a, false",
                "empty-segments: resolved, //v1//files///a, true",
                "parameters: resolved, '/v1;x/files;y/a;z', true",
                "odd-escapes: literal, /v1/files/caf%E9, true",
                "letter-case: counts, /v1/Files/a, false",
                "trailing-slash: counts, /v1/files/a/, false",
            })
    void a_route_says_how_its_service_reads_paths(String setting, String path, boolean matches) throws Exception {
        try (GatewayFixture gateway =
                gateway("[{path: '/v1/files/{name}', require-key: true, service-paths: {" + setting + "}}]")) {
            assertThat(send(gateway, "POST", path, "")).startsWith(matches ? "HTTP/1.1 400 " : "HTTP/1.1 201 ");
            assertThat(send(gateway, "POST", path, "Idempotency-Key: k\n")).startsWith("HTTP/1.1 201 ");
        }
    }

    @Test
    void a_key_that_no_route_protects_is_counted() throws Exception {
        try (GatewayFixture gateway = gateway("[{path: /v1/charges}]")) {
            send(gateway, "POST", "/elsewhere", "Idempotency-Key: k\n");
            send(gateway, "PUT", "/v1/charges", "Idempotency-Key: k\n");
            send(gateway, "GET", "/elsewhere", "Idempotency-Key: k\n");
            send(gateway, "POST", "/elsewhere", "");

            assertThat(RawClient.exchange(gateway.adminPort(), "GET /metrics HTTP/1.1\nHost: x\nConnection: close\n\n"))
                    .contains("reprise_unprotected_keys_total 2.0");
        }
    }
}
