package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.RawClient;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Services that speak HTTP badly, or earlier than expected: the answer that came is the answer, and nobody else's. */
class ServicesAsTheyAreTest {
    private static final String FINE = "HTTP/1.1 201 Created\nContent-Length: 4\n\nfine";

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private WireService service;

    @SuppressWarnings("NullAway.Init")
    private GatewayFixture gateway;

    /** Whether requests are protected. */
    enum Kind {
        KEYED,
        WITHOUT_A_KEY
    }

    @BeforeEach
    void start() throws Exception {
        service = new WireService().says("/next", FINE);
        gateway = new GatewayFixture(folder, "upstream: http://127.0.0.1:" + service.port() + "\n");
    }

    @AfterEach
    void stop() {
        gateway.close();
        service.close();
    }

    private HttpResponse<String> post(String path, Kind kind, byte[] body) throws Exception {
        HttpRequest.Builder request = gateway.request(path).POST(BodyPublishers.ofByteArray(body));
        if (kind == Kind.KEYED) {
            request.header("Idempotency-Key", path);
        }
        return gateway.send(request);
    }

    private HttpResponse<String> post(String path, Kind kind) throws Exception {
        return post(path, kind, new byte[] {'x'});
    }

    private void thatWhatFollowsGetsItsOwnAnswer() throws Exception {
        for (Kind kind : Kind.values()) {
            HttpResponse<String> next = post("/next", kind);
            assertThat(next.statusCode()).isEqualTo(201);
            assertThat(next.body()).isEqualTo("fine");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 102, 103, 104, 199})
    void informational_responses_are_not_the_answer(int status) throws Exception {
        String early = "HTTP/1.1 " + status + " Early\nX-Early: yes\n\n";
        service.says("/a", early + early + FINE);
        for (Kind kind : Kind.values()) {
            HttpResponse<String> response = post("/a", kind);

            assertThat(response.statusCode()).isEqualTo(201);
            assertThat(response.body()).isEqualTo("fine");
            assertThat(response.headers().firstValue("x-early")).isEmpty();
        }
        thatWhatFollowsGetsItsOwnAnswer();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 204 No Content\n\nHTTP/1.1 500 Smuggled\nContent-Length: 0\n\n",
                "HTTP/1.1 204 No Content\nContent-Length: 4\n\nbody",
                "HTTP/1.1 204 No Content\nTransfer-Encoding: chunked\n\n4\nbody\n0\n\n",
                "HTTP/1.1 304 Not Modified\nContent-Length: 4\n\nbody",
                "HTTP/1.1 304 Not Modified\n\nbody",
                "HTTP/1.1 200 OK\nContent-Length: 4\n\nbodyHTTP/1.1 500 Smuggled\nContent-Length: 0\n\n",
                "HTTP/1.1 200 OK\nContent-Length: 4\n\nbody and more",
                "HTTP/1.1 200 OK\nContent-Length: 0\n\n\n\n\n",
                "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n4\nbody\n0\n\nmore"
            })
    void bytes_that_belong_to_no_response_reach_nobody(String response) throws Exception {
        service.says("/a", response);
        for (Kind kind : Kind.values()) {
            HttpResponse<String> first = post("/a", kind);
            assertThat(first.statusCode()).isEqualTo(Integer.parseInt(response.substring(9, 12)));
            assertThat(first.body()).isIn("", "body");
            thatWhatFollowsGetsItsOwnAnswer();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 4\n\nbody", "Content-Length: 4\n\n", "Transfer-Encoding: chunked\n\n"})
    void a_body_after_HEAD_reaches_nobody(String rest) throws Exception {
        service.says("/a", "HTTP/1.1 200 OK\n" + rest);
        assertThat(gateway.send(gateway.request("/a").method("HEAD", BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(200);
        thatWhatFollowsGetsItsOwnAnswer();
    }

    @Test
    void a_second_equal_length_is_the_same_length() throws Exception {
        service.says("/a", "HTTP/1.1 200 OK\nContent-Length: 4\nContent-Length: 4\n\nbody");
        for (Kind kind : Kind.values()) {
            HttpResponse<String> response = post("/a", kind);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("body");
            assertThat(response.headers().allValues("content-length")).containsExactly("4");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1 200 OK\nContent-Length: 4\nContent-Length: 5\n\nbody",
                "1.1 200 OK\nContent-Length: 4, 5\n\nbody",
                "1.1 200 OK\nContent-Length: -4\n\nbody",
                "1.1 200 OK\nContent-Length: four\n\nbody",
                "1.1 200 OK\nContent-Length: 4\nTransfer-Encoding: chunked\n\n4\nbody\n0\n\n",
                "1.1 200 OK\nTransfer-Encoding: gzip, chunked\n\n4\nbody\n0\n\n",
                "1.1 200 OK\nTransfer-Encoding: gzip\nContent-Length: 4\n\nbody",
                "1.1 200 OK\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n4\nbody\n0\n\n",
                "1.0 200 OK\nTransfer-Encoding: chunked\n\n4\nbody\n0\n\n",
                "1.1 20 OK\nContent-Length: 4\n\nbody",
                "1.1 2000 OK\nContent-Length: 4\n\nbody",
                "1.1 abc OK\nContent-Length: 4\n\nbody",
                "2.0 200 OK\nContent-Length: 4\n\nbody"
            })
    void a_response_whose_end_nobody_can_tell_is_none_S15(String response) throws Exception {
        service.says("/a", "HTTP/" + response);
        HttpResponse<String> keyed = post("/a", Kind.KEYED);
        HttpResponse<String> passed = post("/a", Kind.WITHOUT_A_KEY);

        assertThat(keyed.statusCode()).isEqualTo(502);
        assertThat(keyed.body()).contains("outcome-unknown");
        assertThat(passed.statusCode()).isEqualTo(502);
        assertThat(passed.body()).contains("outcome-unknown");
        thatWhatFollowsGetsItsOwnAnswer();
    }

    @ParameterizedTest
    @ValueSource(ints = {600, 999})
    void a_status_that_HTTP_does_not_have_says_nothing_about_the_operation_S15(int status) throws Exception {
        service.says("/a", "HTTP/1.1 " + status + " Odd\nContent-Length: 4\n\nbody");

        HttpResponse<String> keyed = post("/a", Kind.KEYED);
        HttpResponse<String> passed = post("/a", Kind.WITHOUT_A_KEY);

        assertThat(keyed.statusCode()).isEqualTo(502);
        assertThat(keyed.body()).contains("outcome-unknown");
        assertThat(passed.statusCode()).isEqualTo(status);
        assertThat(passed.body()).isEqualTo("body");
        thatWhatFollowsGetsItsOwnAnswer();
    }

    @ParameterizedTest
    @CsvSource({
        "401, KEYED, 100000, HTTP_1_1",
        "413, KEYED, 1000000, HTTP_1_1",
        "413, KEYED, 1000000, HTTP_2",
        "401, WITHOUT_A_KEY, 100000, HTTP_1_1",
        "413, WITHOUT_A_KEY, 20000000, HTTP_1_1",
        "401, WITHOUT_A_KEY, 100000, HTTP_2",
        "413, WITHOUT_A_KEY, 20000000, HTTP_2"
    })
    void an_answer_before_the_body_was_read_is_the_answer_S14(
            int status, Kind kind, int length, HttpClient.Version version) throws Exception {
        service.says(
                "/a",
                "HTTP/1.1 " + status + " No\nConnection: close\nContent-Length: 4\n\nbody",
                WireService.When.EARLY);
        try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
            for (int i = 0; i < 5; i++) {
                HttpRequest.Builder request = gateway.request("/a").POST(BodyPublishers.ofByteArray(new byte[length]));
                if (kind == Kind.KEYED) {
                    request.header("Idempotency-Key", "k");
                }
                HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());

                assertThat(response.statusCode()).isEqualTo(status);
                assertThat(response.body()).isEqualTo("body");
            }
        }
        thatWhatFollowsGetsItsOwnAnswer();
    }

    @ParameterizedTest
    @EnumSource
    void an_answer_before_the_body_was_read_does_not_end_a_connection_that_stays_open(Kind kind) throws Exception {
        service.says("/a", "HTTP/1.1 400 No\nContent-Length: 4\n\nbody");
        for (int i = 0; i < 3; i++) {
            assertThat(post("/a", kind, new byte[500_000]).statusCode()).isEqualTo(400);
        }
        thatWhatFollowsGetsItsOwnAnswer();
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 308})
    void a_redirect_of_the_operation_leaves_its_key_free_for_who_follows_S14(int status) throws Exception {
        service.says("/old", "HTTP/1.1 " + status + " Elsewhere\nLocation: /next\nContent-Length: 0\n\n");
        for (int i = 1; i <= 2; i++) {
            HttpResponse<String> redirect = gateway.post("/old", "k", "x");
            assertThat(redirect.statusCode()).isEqualTo(status);
            assertThat(redirect.headers().firstValue("location")).hasValue("/next");
            assertThat(redirect.headers().firstValue("idempotent-replayed")).isEmpty();
            assertThat(service.requests()).isEqualTo(i);
        }
        HttpResponse<String> followed = gateway.post("/next", "k", "x");
        HttpResponse<String> again = gateway.post("/next", "k", "x");

        assertThat(followed.statusCode()).isEqualTo(201);
        assertThat(again.headers().firstValue("idempotent-replayed")).hasValue("true");
        assertThat(service.requests()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303})
    void a_redirect_to_the_result_is_the_result_and_replays_S14(int status) throws Exception {
        service.says("/old", "HTTP/1.1 " + status + " Elsewhere\nLocation: /next\nContent-Length: 0\n\n");
        gateway.post("/old", "k", "x");
        HttpResponse<String> replay = gateway.post("/old", "k", "x");

        assertThat(replay.statusCode()).isEqualTo(status);
        assertThat(replay.headers().firstValue("location")).hasValue("/next");
        assertThat(replay.headers().firstValue("idempotent-replayed")).hasValue("true");
        assertThat(service.requests()).isEqualTo(1);
    }

    @Test
    void a_slow_reader_gets_all_of_a_response_whose_service_has_closed_its_connection() throws Exception {
        String body = "x".repeat(300_000);
        service.says(
                "/a", "HTTP/1.1 200 OK\nConnection: close\nContent-Length: 300000\n\n" + body, WireService.When.EARLY);
        try (RawClient client = new RawClient(gateway.port())) {
            client.send("GET /a HTTP/1.1\nHost: x\nConnection: close\n\n");
            assertThat(client.readToEnd()).endsWith(body);
        }
    }
}
