package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.RawClient;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are not HTTP/1.1, or that somebody else could read otherwise, are refused before anything is claimed. */
class MalformedRequestTest {
    @TempDir
    private Path folder;

    private final TestService service = new TestService();
    private GatewayFixture gateway;

    @BeforeEach
    void start() {
        gateway = new GatewayFixture(folder, service);
    }

    @AfterEach
    void stop() {
        gateway.close();
        service.close();
    }

    /** Sends a request that ends its connection, if the gateway does not do so before. */
    private String exchange(String request) throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            client.send(request);
            client.send("GET /next HTTP/1.1\nHost: x\nConnection: close\n\n");
            return client.readToEnd();
        }
    }

    private void assertRefused(String request) throws Exception {
        assertThat(exchange(request))
                .matches("(?s)HTTP/1\\.[01] 400 .*")
                .contains("Content-Type: application/problem+json", "/malformed-request\"");
        assertThat(service.received()).noneMatch(received -> !received.uri().equals("/next"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a b",
                "/a\tb",
                "/a#b",
                "/a\u0001b",
                "/a\u007fb",
                "/a\u00e4b",
                "/\u0000",
                "/%",
                "/%4",
                "/%zz",
                "/a?b c",
                "/a?b#c",
                "/a?\u00e4",
                "a",
                "wide/x",
                "?a",
                "foo:/x",
                "ftp://x/a",
                "http:/a",
                "http:a",
                "http://",
                "http:///a",
                "http://u@x/a",
                "http://x:99999/a",
                "http://[/a",
                "//x/a\u0080",
                "*",
                "x:80"
            })
    void a_target_that_no_request_can_have_is_refused(String target) throws Exception {
        assertRefused("POST " + target + " HTTP/1.1\nHost: x\nContent-Length: 4\n\nbody");
        assertRefused("POST " + target + " HTTP/1.1\nHost: x\nIdempotency-Key: k\nContent-Length: 4\n\nbody");
        assertThat(gateway.post("/a", "k", "other").statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "/a/../b;x=1//%2f%2F%5c%00?c=%&d=[\"]{|}^`\\\\,/a/../b;x=1//%2f%2F%5c%00?c=%&d=[\"]{|}^`\\\\",
                "/a\"<>^`{|}\\,/a\"<>^`{|}\\",
                "/a?,/a?",
                "/?,/?",
                "//x/a,//x/a",
                "http://x/a/./b?c,/a/./b?c",
                "HTTP://X?c=/d,/?c=/d",
                "http://x,/",
                "http://x:80/a,/a",
                "http://other.example/a,/a",
                "https://x/a,/a",
            })
    void a_target_is_passed_on_byte_for_byte(String target, String passedOn) throws Exception {
        assertThat(exchange("GET " + target + " HTTP/1.1\nHost: x\n\n")).startsWith("HTTP/1.1 201 ");
        assertThat(exchange("POST " + target + " HTTP/1.1\nHost: x\nIdempotency-Key: k\nContent-Length: 0\n\n"))
                .startsWith("HTTP/1.1 201 ");

        assertThat(service.received())
                .extracting(TestService.Received::uri)
                .containsExactly(passedOn, "/next", passedOn, "/next");
    }

    /** RFC 9112, section 3.2.2. */
    @Test
    void a_host_in_the_target_counts_more_than_the_field() throws Exception {
        exchange("GET http://shop.example:8080/a HTTP/1.1\nHost: x\n\n");

        assertThat(service.received().get(0).header("x-forwarded-host")).contains("shop.example:8080");
    }

    @Test
    void options_may_ask_about_the_whole_server() throws Exception {
        assertThat(exchange("OPTIONS * HTTP/1.1\nHost: x\n\n")).startsWith("HTTP/1.1 201 ");
        assertThat(service.received().get(0).uri()).isEqualTo("*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Host: x\nHost: x",
                "Host: x\nHost: y",
                "Host:",
                "Host: x y",
                "Host: u@x",
                "Host: x/a",
                "Host: x:y",
                "Host: x:99999",
                "Host: x:1:2",
                "Host: [::1",
                "Host: ::1",
                "Host: [x]",
                "Host: x#",
                "Host: x%",
                "Host: http://x"
            })
    void one_valid_host_is_needed(String host) throws Exception {
        assertRefused("POST /a HTTP/1.1\n" + (host.isEmpty() ? "" : host + "\n")
                + "Idempotency-Key: k\nContent-Length: 4\n\nbody");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "X.example:8080", "my_service", "127.0.0.1:80", "[::1]:80", "x:", "%61"})
    void a_valid_host_is_accepted(String host) throws Exception {
        assertThat(exchange("GET /a HTTP/1.1\nHost: " + host + "\n\n")).startsWith("HTTP/1.1 201 ");
    }

    @Test
    void the_old_protocol_needs_no_host() throws Exception {
        assertRefused("GET /a HTTP/1.0\nHost: x y\n\n");
        assertThat(RawClient.exchange(gateway.port(), "GET /a HTTP/1.0\n\n")).startsWith("HTTP/1.0 201 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ": a",
                "No colon",
                "Space : 1",
                " Space: 1",
                "X(: 1",
                "X\u00e4: 1",
                "X: a\u0000b",
                "X: a\u0001b",
                "X: a\u007fb",
                "X: a\rb",
                "Content-Length: four",
                "Content-Length: -1",
                "Content-Length: +4",
                "Content-Length: 4, 4",
                "Content-Length: 4\nContent-Length: 5"
            })
    void a_field_that_no_message_can_have_is_refused(String field) throws Exception {
        assertRefused("POST /a HTTP/1.1\nHost: x\n" + field + "\nIdempotency-Key: k\n\n");
        assertRefused("GET /a HTTP/1.1\nHost: x\n" + field + "\n\n");
    }

    @Test
    void a_value_outside_of_ascii_is_passed_on_byte_for_byte() throws Exception {
        exchange("POST /a HTTP/1.1\nHost: x\nX: \u00e4\u00ff\tb\nIdempotency-Key: k\nContent-Length: 0\n\n");
        exchange("GET /a HTTP/1.1\nHost: x\nX: \u00e4\u00ff\tb\n\n");

        assertThat(service.received())
                .filteredOn(received -> received.uri().equals("/a"))
                .extracting(received -> received.header("x").orElseThrow())
                .containsExactly("\u00e4\u00ff\tb", "\u00e4\u00ff\tb");
    }

    @ParameterizedTest
    @CsvSource({
        "NONSENSE,400",
        "GET /a,400",
        "GET,400",
        "G@T /a HTTP/1.1,400",
        "GET /a XTTP/1.1,400",
        "GET /a HTTP/1.x,400",
        "GET /a HTTP/1.10,400",
        "GET /a HTTP/11.1,400",
        "GET /a HTTP/0.9,505",
        "GET /a HTTP/2.0,505",
        "GET /a HTTP/9.9,505",
        "PRI * HTTP/2.0,505"
    })
    void what_is_not_a_request_of_this_protocol_gets_an_answer(String line, int status) throws Exception {
        assertThat(exchange(line + "\nHost: x\n\n"))
                .matches("(?s)HTTP/1\\.[01] " + status + " .*")
                .contains("/malformed-request\"");
        assertThat(service.received()).isEmpty();
    }

    @Test
    void a_later_minor_version_is_answered_as_the_one_that_is_spoken_here() throws Exception {
        assertThat(exchange("POST /a HTTP/1.2\nHost: x\nIdempotency-Key: k\nContent-Length: 4\n\nbody"))
                .matches("(?s)HTTP/1\\.1 201 .*HTTP/1\\.1 201 .*");
        assertThat(service.received()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"20000,0,414", "10,40000,431"})
    void an_oversized_head_is_refused_with_the_status_for_it(int target, int field, int status) throws Exception {
        String response = RawClient.exchange(
                gateway.port(),
                "POST /" + "a".repeat(target) + " HTTP/1.1\nHost: x\nIdempotency-Key: k\nX-Long: " + "a".repeat(field)
                        + "\nContent-Length: 0\n\n");

        assertThat(response).matches("(?s)HTTP/1\\.[01] " + status + " .*").contains("/malformed-request\"");
        assertThat(service.received()).isEmpty();
        assertThat(gateway.post("/a", "k", "").statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4\nbody\nxyz\n",
                "x\n",
                "\n",
                "-1\nbody\n0\n\n",
                "0x4\nbody\n0\n\n",
                "ffffffffffffffffff\nbody\n0\n\n",
                "4\nbodyxx\n0\n\n",
                "4\nbody\n0\n: x\n\n",
                "4\nbody\n0\nBad name: x\n\n"
            })
    void broken_chunks_execute_nothing_and_get_an_answer_S20(String chunks) throws Exception {
        for (String key : List.of("", "Idempotency-Key: k\n")) {
            String response = RawClient.exchange(
                    gateway.port(), "POST /a HTTP/1.1\nHost: x\n" + key + "Transfer-Encoding: chunked\n\n" + chunks);

            assertThat(response).startsWith("HTTP/1.1 400 ").contains("/malformed-request\"");
        }
        assertThat(service.received()).isEmpty();
        assertThat(gateway.post("/a", "k", "other").statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1\nContent-Length: 40\nTransfer-Encoding: chunked",
                "HTTP/1.1\nTransfer-Encoding: xchunked",
                "HTTP/1.1\nTransfer-Encoding: gzip, chunked",
                "HTTP/1.1\nTransfer-Encoding: chunked\nTransfer-Encoding: identity",
                "HTTP/1.1\nTransfer-Encoding: chunked, chunked",
                "HTTP/1.1\nTransfer-Encoding:",
                "HTTP/1.0\nTransfer-Encoding: chunked"
            })
    void a_framing_that_others_may_read_otherwise_is_refused_so_that_nothing_is_smuggled(String framing)
            throws Exception {
        for (String key : List.of("", "Idempotency-Key: k\n")) {
            String response = RawClient.exchange(
                    gateway.port(),
                    "POST /a " + framing + "\nHost: x\n" + key
                            + "Connection: keep-alive\n\n0\n\nGET /smuggled HTTP/1.1\nHost: x\n\n");

            assertThat(response).matches("(?s)HTTP/1\\.[01] (400|501) .*").contains("/malformed-request\"");
            assertThat(response.split("HTTP/1", -1)).hasSize(2);
        }
        assertThat(service.received()).isEmpty();
    }
}
