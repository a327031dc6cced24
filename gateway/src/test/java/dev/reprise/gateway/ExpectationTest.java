package dev.reprise.gateway;

import static dev.reprise.gateway.RawHttp2.head;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.gateway.RawHttp2.Field;
import dev.reprise.testkit.RawClient;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that wait with their body until they are asked for it (RFC 9110, section 10.1.1). */
class ExpectationTest {
    @TempDir
    private Path folder;

    private final TestService service = new TestService();
    private GatewayFixture gateway;

    @BeforeEach
    void start() {
        gateway = new GatewayFixture(folder, """
                routes:
                  - path: /keyed
                    upstream: http://127.0.0.1:%d
                    max-request-body: 10
                  - path: /required
                    upstream: http://127.0.0.1:%d
                    require-key: true
                  - path: /unreachable
                    upstream: http://127.0.0.1:9
                """.formatted(service.port(), service.port()));
    }

    @AfterEach
    void stop() {
        gateway.close();
        service.close();
    }

    private static String post(String path, String fields, int length) {
        return "POST " + path + " HTTP/1.1\nHost: x\nExpect: 100-continue\n" + fields + "Content-Length: " + length
                + "\n\n";
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "/keyed, 'Idempotency-Key: \"\n', 4, 400",
                "/required, '', 4, 400",
                "/keyed, 'Idempotency-Key: k\n', 11, 413",
                "/keyed//, 'Idempotency-Key: k\n', 4, 422",
                "/elsewhere, '', 4, 404",
                "/unreachable, '', 4, 502",
                "/a#b, 'Idempotency-Key: k\n', 4, 400",
                "/keyed, 'Idempotency-Key: k\nHost: y\n', 4, 400"
            })
    void nobody_is_asked_for_a_body_that_is_refused_by_its_head(String path, String fields, int length, int status)
            throws Exception {
        // Whoever is not asked may send the body all the same, or the next request, so the connection ends.
        String response = RawClient.exchange(gateway.port(), post(path, fields, length));

        assertThat(response).startsWith("HTTP/1.1 " + status + " ").containsIgnoringCase("connection: close");
        assertThat(service.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Idempotency-Key: k\n"})
    void whoever_waits_is_asked_for_the_body(String key) throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            client.send(post("/keyed", key, 4));
            client.readUntil("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("body");
            client.readUntil("HTTP/1.1 201 ");
        }
        assertThat(service.received())
                .extracting(received -> received.body().toString())
                .containsExactly("body");
        assertThat(service.received().get(0).header("expect")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Idempotency-Key: k\n"})
    void nothing_else_can_be_expected(String key) throws Exception {
        String response = RawClient.exchange(
                gateway.port(),
                "POST /keyed HTTP/1.1\nHost: x\nExpect: a-miracle\nConnection: close\n" + key
                        + "Content-Length: 4\n\nbody");

        assertThat(response).startsWith("HTTP/1.1 417 ").contains("/malformed-request\"");
        assertThat(service.received()).isEmpty();
    }

    @Test
    void the_old_protocol_cannot_wait() throws Exception {
        String response = RawClient.exchange(
                gateway.port(),
                "POST /keyed HTTP/1.0\nExpect: 100-continue\nIdempotency-Key: k\nContent-Length: 4\n\nbody");

        assertThat(response).startsWith("HTTP/1.0 201 ");
    }

    @Test
    void frames_wait_as_lines_do() throws Exception {
        Field expect = new Field("expect", "100-continue");
        Field key = new Field("idempotency-key", "k");
        try (RawHttp2 client = new RawHttp2(gateway.port())) {
            for (List<Field> head : List.of(head("POST", "/keyed", expect), head("POST", "/keyed", expect, key))) {
                int stream = client.begin(head, false);
                assertThat(client.status(stream)).isEqualTo(100);
                client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, stream, new byte[] {'a'});
                assertThat(client.answer(stream).status()).isEqualTo(201);
            }
            int refused = client.begin(head("POST", "/required", expect), false);
            assertThat(client.status(refused)).isEqualTo(400);
        }
    }

    /** It offers an upgrade to HTTP/2 with its first request. */
    @Test
    void the_client_of_the_platform_may_wait() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String key : List.of("k1", "k2")) {
                HttpResponse<String> response = client.send(
                        gateway.request("/keyed")
                                .header("Idempotency-Key", key)
                                .expectContinue(true)
                                .POST(BodyPublishers.ofString("body"))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(response.statusCode()).isEqualTo(201);
            }
            HttpResponse<String> through = client.send(
                    gateway.request("/keyed")
                            .expectContinue(true)
                            .PUT(BodyPublishers.ofString("body"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(through.statusCode()).isEqualTo(201);
        }
    }
}
