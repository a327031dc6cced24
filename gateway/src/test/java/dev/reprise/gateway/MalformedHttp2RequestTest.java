package dev.reprise.gateway;

import static dev.reprise.gateway.RawHttp2.head;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.gateway.RawHttp2.Answer;
import dev.reprise.gateway.RawHttp2.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that HTTP/2 can frame and HTTP does not allow (RFC 9113, section 8.1.1) are refused before anything is claimed:
 * by a 400, or as an error of the protocol where the head cannot be read.
 */
class MalformedHttp2RequestTest {
    private static final Field KEY = new Field("idempotency-key", "k");

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

    private static Field field(String name, String value) {
        return new Field(name, value);
    }

    private static Stream<Field> with(List<Field> head, Field... further) {
        return Stream.concat(head.stream(), Stream.of(further));
    }

    /** The connection goes on, at least if nothing more was on its way. */
    private void assertRefused(List<Field> head) throws Exception {
        for (List<Field> each : List.of(head, with(head, KEY).toList())) {
            try (RawHttp2 client = new RawHttp2(gateway.port())) {
                assertRefused(client.exchange(each, null));
                assertThat(client.exchange(head("GET", "/next"), null).status()).isEqualTo(201);
                assertRefused(client.exchange(each, "body"));
            }
        }
        assertThat(service.received()).extracting(TestService.Received::uri).containsExactly("/next", "/next");
        try (RawHttp2 client = new RawHttp2(gateway.port())) {
            assertThat(client.exchange(head("POST", "/a", KEY), "body").status())
                    .isEqualTo(201);
        }
    }

    private static void assertRefused(Answer answer) {
        if (answer.status() == 0) {
            assertThat(answer.error()).as("PROTOCOL_ERROR").isEqualTo(1);
        } else {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("/malformed-request\"");
            assertThat(answer.error()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/a b",
                "/a HTTP/1.1\r\nX: y",
                "/a\u0000",
                "/a#b",
                "/a\u007f",
                "/a\u00e4b",
                "/%zz",
                "/a?b c",
                "a",
                "wide/x",
                "?a",
                "*",
                "http://x/a",
                "foo:/x"
            })
    void a_path_that_no_request_can_have_is_refused(String path) throws Exception {
        assertRefused(head("POST", path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P T", "POST /b HTTP/1.1\r\nX: y\r\n", "P\u0000ST", "P(ST", "P\u00e4ST"})
    void a_method_that_is_no_token_is_refused(String method) throws Exception {
        assertRefused(head(method, "/a"));
    }

    static Stream<Field> fields() {
        return Stream.of(
                field("", "a"),
                field("x y", "a"),
                field("x\r\ny", "a"),
                field("x:", "a"),
                field("X", "a"),
                field("x\u00e4", "a"),
                field("x", "a\r\nb: c"),
                field("x", "a\nb"),
                field("x", "a\rb"),
                field("x", "a\u0000b"),
                field("x", "a\u0001b"),
                field("x", "a\u007fb"),
                field("x", " a"),
                field("x", "a\t"),
                field("host", "y"),
                field("connection", "close"),
                field("proxy-connection", "close"),
                field("keep-alive", "1"),
                field("upgrade", "websocket"),
                field("transfer-encoding", "chunked"),
                field("te", "gzip"),
                field("content-length", "7"),
                field("content-length", "four"),
                field(":x", "a"),
                field(":path", "/b"),
                field(":status", "200"));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void a_field_that_no_request_can_have_is_refused(Field field) throws Exception {
        assertRefused(with(head("POST", "/a"), field).toList());
    }

    static Stream<List<Field>> pseudoFields() {
        Field method = field(":method", "POST");
        Field scheme = field(":scheme", "http");
        Field path = field(":path", "/a");
        Field authority = field(":authority", "x");
        return Stream.of(
                List.of(method, scheme, path),
                List.of(method, scheme, path, field(":authority", "")),
                List.of(method, scheme, path, field(":authority", "u@x")),
                List.of(method, scheme, path, field(":authority", "x y")),
                List.of(method, scheme, path, field(":authority", "x:99999")),
                List.of(method, scheme, path, field("host", "x"), field("host", "x")),
                List.of(method, field(":scheme", "ftp"), path, authority),
                List.of(method, field(":scheme", "http x"), path, authority),
                List.of(method, path, authority),
                List.of(scheme, path, authority),
                List.of(method, scheme, authority),
                List.of(method, scheme, field("x", "a"), path, authority));
    }

    @ParameterizedTest
    @MethodSource("pseudoFields")
    void a_head_without_what_every_request_has_is_refused(List<Field> head) throws Exception {
        assertRefused(head);
    }

    @Test
    void a_host_may_take_the_place_of_the_authority() throws Exception {
        try (RawHttp2 client = new RawHttp2(gateway.port())) {
            List<Field> head = List.of(
                    field(":method", "GET"), field(":scheme", "http"), field(":path", "/a"), field("host", "x"));

            assertThat(client.exchange(head, null).status()).isEqualTo(201);
        }
        assertThat(service.received().get(0).header("x-forwarded-host")).contains("x");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {"/a/../b;x=1//%2f?c=%&d=[\"]{|}^`\\", "/a\"<>^`{|}\\", "/?", "//x/a"})
    void a_path_is_passed_on_byte_for_byte(String path) throws Exception {
        try (RawHttp2 client = new RawHttp2(gateway.port())) {
            assertThat(client.exchange(head("GET", path), null).status()).isEqualTo(201);
            assertThat(client.exchange(head("POST", path, KEY), "body").status())
                    .isEqualTo(201);
        }
        assertThat(service.received()).extracting(TestService.Received::uri).containsExactly(path, path);
    }

    @Test
    void a_value_outside_of_ascii_is_passed_on_byte_for_byte() throws Exception {
        try (RawHttp2 client = new RawHttp2(gateway.port())) {
            client.exchange(head("GET", "/a", field("x", "\u00e4\u00ff\tb")), null);
        }
        assertThat(service.received().get(0).header("x")).contains("\u00e4\u00ff\tb");
    }

    /** RFC 9113, section 8.2.3. */
    @Test
    void the_pieces_of_a_cookie_become_one_field() throws Exception {
        try (RawHttp2 client = new RawHttp2(gateway.port())) {
            client.exchange(head("GET", "/a", field("cookie", "a=1"), field("cookie", "b=2")), null);
            client.exchange(head("POST", "/a", KEY, field("cookie", "a=1"), field("cookie", "b=2")), "body");
        }
        assertThat(service.received())
                .extracting(received -> received.header("cookie").orElseThrow())
                .containsExactly("a=1; b=2", "a=1; b=2");
    }
}
