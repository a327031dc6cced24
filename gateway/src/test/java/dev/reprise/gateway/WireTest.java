package dev.reprise.gateway;

import static dev.reprise.gateway.RawHttp2.head;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.gateway.RawHttp2.Answer;
import dev.reprise.gateway.RawHttp2.Field;
import dev.reprise.testkit.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HTTP as it comes over sockets, in both versions: early, late, slow, huge, and much of it. What is malformed is in
 * {@link MalformedRequestTest} and {@link MalformedHttp2RequestTest}, who waits to be asked in {@link ExpectationTest}, and
 * who is too slow in {@link SlowCallersTest}.
 */
class WireTest {
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

    private static String post(String path, String fields, String body) {
        return "POST " + path + " HTTP/1.1\nHost: x\n" + fields + "Content-Length: " + body.length() + "\n\n" + body;
    }

    private void assertServes() throws Exception {
        assertThat(gateway.post("/serves", "serves", "body").statusCode()).isEqualTo(201);
    }

    private static int count(String text, String part) {
        return text.split(part, -1).length - 1;
    }

    @Nested
    class Early_and_late {
        @ParameterizedTest
        @ValueSource(strings = {"Idempotency-Key: \"\n", "Idempotency-Key: k\nHost: y\n"})
        void a_refusal_before_the_body_leaves_the_connection_to_the_next_request(String fields) throws Exception {
            String body = "b".repeat(100_000);
            String response = RawClient.exchange(
                    gateway.port(), post("/a", fields, body) + post("/b", "Connection: close\n", "body"));

            assertThat(response).matches("(?s)HTTP/1\\.1 400 .*HTTP/1\\.1 201 .*");
            assertThat(service.received()).extracting(TestService.Received::uri).containsExactly("/b");
        }

        @Test
        void what_follows_the_end_of_a_request_is_the_next_one_and_refused_if_it_is_none() throws Exception {
            String response =
                    RawClient.exchange(gateway.port(), post("/a", "Idempotency-Key: k\n", "body") + "more\n\n");

            assertThat(response).matches("(?s)HTTP/1\\.1 201 .*HTTP/1\\.[01] 400 .*");
            assertThat(service.received()).hasSize(1);
        }

        @Test
        void a_caller_that_ends_in_the_middle_of_a_body_has_sent_nothing_S20() throws Exception {
            for (String fields : List.of("Idempotency-Key: k\n", "")) {
                try (RawClient client = new RawClient(gateway.port())) {
                    client.send("POST /a HTTP/1.1\nHost: x\n" + fields + "Content-Length: 10\n\nhalf");
                    client.reset();
                }
            }
            try (RawHttp2 client = new RawHttp2(gateway.port())) {
                int stream = client.begin(head("POST", "/a", KEY), false);
                client.frame(RawHttp2.DATA, 0, stream, "half".getBytes(StandardCharsets.US_ASCII));
                client.frame(RawHttp2.RST_STREAM, 0, stream, new byte[4]);
            }

            assertServes();
            assertThat(gateway.post("/a", "k", "other").statusCode()).isEqualTo(201);
            assertThat(service.received())
                    .filteredOn(received -> !received.uri().equals("/serves"))
                    .hasSize(1);
        }
    }

    @Nested
    class Slow {
        @Test
        void a_request_may_come_byte_by_byte() throws Exception {
            String request = post("/a", "Idempotency-Key: k\n", "body") + "POST /b HTTP/1.1\nHost: x\n"
                    + "Transfer-Encoding: chunked\nConnection: close\n\n3;x=y\nabc\n1\nd\n0\nX: y\n\n";
            try (RawClient client = new RawClient(gateway.port())) {
                for (int i = 0; i < request.length(); i++) {
                    client.send(request.substring(i, i + 1));
                }
                assertThat(client.readToEnd()).matches("(?s)HTTP/1\\.1 201 .*HTTP/1\\.1 201 .*");
            }
            assertThat(service.received())
                    .extracting(received -> received.body().toString())
                    .containsExactly("body", "abcd");
        }

        @Test
        void frames_may_come_byte_by_byte() throws Exception {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (RawClient client = new RawClient(gateway.port())) {
                RawHttp2 recorded = new RawHttp2(client.input(), bytes, 1);
                int stream = recorded.begin(head("POST", "/a", KEY), false);
                recorded.frame(RawHttp2.DATA, 0, stream, "bo".getBytes(StandardCharsets.US_ASCII));
                recorded.frame(RawHttp2.DATA, RawHttp2.END_STREAM, stream, "dy".getBytes(StandardCharsets.US_ASCII));
                OutputStream out = client.output();
                for (byte one : bytes.toByteArray()) {
                    out.write(one);
                    out.flush();
                }
                assertThat(recorded.answer(stream).status()).isEqualTo(201);
            }
            assertThat(service.received())
                    .extracting(received -> received.body().toString())
                    .containsExactly("body");
        }
    }

    @Nested
    class Huge {
        @Test
        void a_thousand_small_fields_are_fine() throws Exception {
            String fields = "Idempotency-Key: k\n" + "X: y\n".repeat(1_000);

            assertThat(RawClient.exchange(gateway.port(), post("/a", fields + "Connection: close\n", "body")))
                    .startsWith("HTTP/1.1 201 ");
            assertThat(service.received().get(0).headers())
                    .filteredOn(line -> line.equals("x: y"))
                    .hasSize(1_000);
        }

        @ParameterizedTest
        @ValueSource(strings = {"Idempotency-Key: k\n", ""})
        void a_body_in_thousands_of_chunks_is_one_body(String key) throws Exception {
            String request = "POST /a HTTP/1.1\nHost: x\nConnection: close\n" + key + "Transfer-Encoding: chunked\n\n"
                    + "1\nb\n".repeat(5_000) + "0\n\n";

            assertThat(RawClient.exchange(gateway.port(), request)).startsWith("HTTP/1.1 201 ");
            assertThat(service.received().get(0).body()).hasToString("b".repeat(5_000));
        }

        @ParameterizedTest
        @ValueSource(strings = {"1;", "00000000000000000001;", "1;x=\""})
        void a_chunk_with_more_around_it_than_in_it_is_refused(String size) throws Exception {
            String response = RawClient.exchange(
                    gateway.port(),
                    "POST /a HTTP/1.1\nHost: x\nIdempotency-Key: k\nTransfer-Encoding: chunked\n\n" + size
                            + "x".repeat(100_000) + "\nb\n0\n\n");

            assertThat(response).startsWith("HTTP/1.1 400 ").contains("/malformed-request\"");
            assertThat(service.received()).isEmpty();
            assertServes();
        }

        @ParameterizedTest
        @ValueSource(ints = {40_000, 1_000_000})
        void a_head_in_frames_has_a_limit_too(int length) throws Exception {
            byte[] block = RawHttp2.encoded(head("POST", "/a", KEY, new Field("x-long", "a".repeat(length))));
            try (RawHttp2 client = new RawHttp2(gateway.port())) {
                int piece = 16_000;
                for (int at = 0; at < block.length; at += piece) {
                    byte[] part = Arrays.copyOfRange(block, at, Math.min(block.length, at + piece));
                    boolean last = at + piece >= block.length;
                    client.frame(
                            at == 0 ? RawHttp2.HEADERS : RawHttp2.CONTINUATION,
                            (at == 0 ? RawHttp2.END_STREAM : 0) | (last ? RawHttp2.END_HEADERS : 0),
                            1,
                            part);
                }
                assertThat(client.answer(1).status()).isIn(0, 431);
            } catch (IOException broken) {
                // The connection may end while the rest is being sent.
                assertThat(broken).isNotNull();
            }
            assertThat(service.received()).isEmpty();
            assertServes();
        }
    }

    @Nested
    class Many {
        @Test
        void requests_that_are_sent_ahead_are_answered_in_order() throws Exception {
            service.behave((request, body) -> request.response().end("<" + request.uri() + ">"));
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                requests.append(post("/" + i, i % 2 == 0 ? "Idempotency-Key: " + i + "\n" : "", "body"));
            }
            String response =
                    RawClient.exchange(gateway.port(), requests + "GET /last HTTP/1.1\nHost: x\nConnection: close\n\n");

            int at = -1;
            for (int i = 0; i < 200; i++) {
                int next = response.indexOf("</" + i + ">");
                assertThat(next).as("the answer to /%s", i).isGreaterThan(at);
                at = next;
            }
            assertThat(count(response, "HTTP/1\\.1 200 ")).isEqualTo(201);
        }

        @Test
        void streams_side_by_side_are_all_answered() throws Exception {
            try (RawHttp2 client = new RawHttp2(gateway.port())) {
                List<Integer> streams = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    streams.add(client.begin(head("POST", "/" + i, new Field("idempotency-key", "many-" + i)), true));
                }
                int answered = 0;
                while (answered < streams.size()) {
                    RawHttp2.Frame frame = client.read(RawHttp2.DATA);
                    answered += (frame.flags() & RawHttp2.END_STREAM) == 0 ? 0 : 1;
                }
            }
            assertThat(service.received()).hasSize(100);
        }

        /** 2,200 of them once took all connections to the service. */
        @Test
        void requests_that_cannot_be_sent_on_hold_no_connection_to_the_service() throws Exception {
            for (int connection = 0; connection < 25; connection++) {
                try (RawHttp2 client = new RawHttp2(gateway.port())) {
                    for (int i = 0; i < 100; i++) {
                        Answer answer =
                                client.exchange(i % 2 == 0 ? head("GET", "/a b") : head("POST", "/a b", KEY), null);
                        assertThat(answer.status()).isEqualTo(400);
                    }
                }
            }

            assertThat(service.received()).isEmpty();
            assertThat(gateway.get("/a").statusCode()).isEqualTo(201);
            assertServes();
        }
    }
}
