package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are not protected reach the service, and their responses the caller, as they are. */
class PassThroughTest {
    private static final int LARGE = 64 << 20;
    /** Far more than the buffers of four sockets and two queues, far less than a body. */
    private static final int HELD_AT_MOST = 48 << 20;

    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    private GatewayFixture gateway() {
        return new GatewayFixture(folder, service);
    }

    private GatewayFixture gateway(int port) {
        return new GatewayFixture(folder, "upstream: http://127.0.0.1:" + port + "\n");
    }

    private static String get(String fields) {
        return "GET /a HTTP/1.1\nHost: x\n" + fields + "Connection: close\n\n";
    }

    @Nested
    class Exactly {
        @ParameterizedTest
        @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS", "POST", "PATCH", "PROPFIND", "X-OWN"})
        void requests_of_any_method_arrive_with_target_fields_and_body(String method) throws Exception {
            try (GatewayFixture gateway = gateway()) {
                HttpResponse<String> response = gateway.send(gateway.request("/a%2Fb/c;d?q=%20&r")
                        .header("X-Custom", "one")
                        .header("X-Custom", "two")
                        .header("Accept-Encoding", "gzip")
                        .method(method, BodyPublishers.ofString("body")));

                assertThat(response.statusCode()).isEqualTo(201);
                assertThat(response.body()).isEqualTo("done 1");
                TestService.Received received = service.received().get(0);
                assertThat(received.method()).isEqualTo(method);
                assertThat(received.uri()).isEqualTo("/a%2Fb/c;d?q=%20&r");
                assertThat(received.headers()).contains("x-custom: one", "x-custom: two", "accept-encoding: gzip");
                assertThat(received.header("content-length")).hasValue("4");
                assertThat(received.header("transfer-encoding")).isEmpty();
                assertThat(received.header("host")).hasValue("127.0.0.1:" + service.port());
                assertThat(received.body().toString()).isEqualTo("body");
            }
        }

        @Test
        void a_request_without_content_gets_none() throws Exception {
            try (GatewayFixture gateway = gateway()) {
                gateway.get("/a");

                TestService.Received received = service.received().get(0);
                assertThat(received.header("content-length")).isEmpty();
                assertThat(received.header("transfer-encoding")).isEmpty();
            }
        }

        @Test
        void targets_in_absolute_and_asterisk_form_reach_the_service_as_it_expects_them() throws Exception {
            try (GatewayFixture gateway = gateway()) {
                RawClient.exchange(
                        gateway.port(), "GET http://shop.example/a?b HTTP/1.1\nHost: x\nConnection: close\n\n");
                RawClient.exchange(gateway.port(), "OPTIONS * HTTP/1.1\nHost: x\nConnection: close\n\n");

                assertThat(service.received())
                        .extracting(TestService.Received::uri)
                        .containsExactly("/a?b", "*");
            }
        }

        @Test
        void the_gateway_opens_no_tunnels() throws Exception {
            try (GatewayFixture gateway = gateway()) {
                assertThat(RawClient.exchange(
                                gateway.port(),
                                "CONNECT 127.0.0.1:" + service.port() + " HTTP/1.1\nHost: x\nConnection: close\n\n"))
                        .startsWith("HTTP/1.1 404 ");
                assertThat(service.received()).isEmpty();
            }
        }

        @Test
        void fields_of_a_response_arrive_as_they_are_also_when_they_make_little_sense() throws Exception {
            List<String> odd = List.of(
                    "Content-Type: multipart/mixed; b=2;a=1; boundary=----=_Part/1",
                    "Cache-Control: public, max-age=99999999999",
                    "Cache-Control: max-age=\"60\"",
                    "Expires: 0",
                    "Date: Sunday, 06-Nov-94 08:49:37 GMT",
                    "Warning: 199 - \"old\" \"Sun, 06 Nov 1994 08:49:37 GMT\"",
                    "Set-Cookie: a=1; Path=/",
                    "Set-Cookie: b=2",
                    "X-Latin: caf\u00e9",
                    "x-empty: ");
            try (RawService raw = new RawService(
                            "HTTP/1.1 299 Rather Good\n" + String.join("\n", odd) + "\nContent-Length: 4\n\ndone");
                    GatewayFixture gateway = gateway(raw.port())) {
                String response = RawClient.exchange(gateway.port(), get(""));

                assertThat(response).startsWith("HTTP/1.1 299 Rather Good\r\n").endsWith("\r\n\r\ndone");
                assertThat(response.lines()).containsAll(odd);
                assertThat(response.lines().filter(line -> line.startsWith("Date:")))
                        .hasSize(1);
            }
        }

        @Test
        void a_response_to_HEAD_has_the_length_and_no_content() throws Exception {
            try (RawService raw = new RawService("HTTP/1.1 200 OK\nContent-Length: 1000\nETag: \"1\"\n\n");
                    GatewayFixture gateway = gateway(raw.port())) {
                String response =
                        RawClient.exchange(gateway.port(), "HEAD /a HTTP/1.1\nHost: x\nConnection: close\n\n");

                assertThat(response)
                        .containsIgnoringCase("Content-Length: 1000\r\n")
                        .endsWith("\r\n\r\n");
                assertThat(response).doesNotContainIgnoringCase("transfer-encoding");
                assertThat(raw.heads().get(0)).startsWith("HEAD /a HTTP/1.1\r\n");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"204 No Content", "304 Not Modified"})
        void responses_without_content_get_none(String status) throws Exception {
            try (RawService raw = new RawService("HTTP/1.1 " + status + "\nETag: \"1\"\n\n");
                    GatewayFixture gateway = gateway(raw.port())) {
                String response = RawClient.exchange(gateway.port(), get(""));

                assertThat(response).startsWith("HTTP/1.1 " + status).contains("ETag: \"1\"\r\n");
                assertThat(response).endsWith("\r\n\r\n");
                assertThat(response.substring(0, response.indexOf("\r\n\r\n")))
                        .doesNotContainIgnoringCase("transfer-encoding")
                        .doesNotContainIgnoringCase("content-length");
                assertThat(response.split("\r\n\r\n", -1)).hasSize(2);
            }
        }

        @Test
        void redirects_are_left_to_the_caller() throws Exception {
            service.behave((request, body) -> request.response()
                    .setStatusCode(302)
                    .putHeader("Location", "/elsewhere")
                    .end());
            try (GatewayFixture gateway = gateway()) {
                HttpResponse<String> response = gateway.get("/a");

                assertThat(response.statusCode()).isEqualTo(302);
                assertThat(response.headers().firstValue("location")).hasValue("/elsewhere");
                assertThat(service.received()).hasSize(1);
            }
        }

        @Test
        void trailers_arrive() throws Exception {
            service.behave((request, body) -> request.response()
                    .setChunked(true)
                    .putTrailer("Checksum", "42")
                    .end("done"));
            try (GatewayFixture gateway = gateway()) {
                assertThat(RawClient.exchange(gateway.port(), get("TE: trailers\n")))
                        .endsWithIgnoringCase("4\r\ndone\r\n0\r\nChecksum: 42\r\n\r\n");
            }
        }

        @Test
        void a_service_that_ends_its_response_with_the_connection_is_understood() throws Exception {
            try (RawService raw = new RawService("HTTP/1.0 200 OK\nContent-Type: text/plain\n\nold");
                    GatewayFixture gateway = gateway(raw.port())) {
                assertThat(gateway.get("/a").body()).isEqualTo("old");
            }
        }

        @Test
        void a_protected_request_keeps_its_repeated_fields_too() throws Exception {
            try (GatewayFixture gateway = gateway()) {
                gateway.send(gateway.request("/a")
                        .header("Idempotency-Key", "k")
                        .header("X-Custom", "one")
                        .header("X-Custom", "two")
                        .POST(BodyPublishers.noBody()));

                assertThat(service.received().get(0).headers()).contains("x-custom: one", "x-custom: two");
            }
        }
    }

    @Nested
    class Streaming {
        @Test
        void a_large_response_waits_for_a_slow_reader_and_arrives_whole() throws Exception {
            AtomicLong sent = new AtomicLong();
            service.behaveAtOnce(request -> pour(request.response().setChunked(true), sent));
            try (GatewayFixture gateway = gateway()) {
                HttpResponse<InputStream> response =
                        gateway.client().send(gateway.request("/a").build(), BodyHandlers.ofInputStream());
                awaitStandstill(sent);

                assertThat(sent.get()).isLessThan(HELD_AT_MOST);
                try (InputStream body = response.body()) {
                    assertThat(count(body)).isEqualTo(LARGE);
                }
            }
        }

        @Test
        void a_large_request_waits_for_a_slow_service_and_arrives_whole() throws Exception {
            CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
            AtomicLong received = new AtomicLong();
            service.behaveAtOnce(request -> {
                request.pause();
                request.handler(chunk -> received.addAndGet(chunk.length()));
                request.endHandler(end -> request.response().end("done"));
                arrived.complete(request);
            });
            try (GatewayFixture gateway = gateway();
                    RawClient client = new RawClient(gateway.port())) {
                AtomicLong sent = new AtomicLong();
                client.send("PUT /a HTTP/1.1\nHost: x\nContent-Length: " + LARGE + "\nConnection: close\n\n");
                Thread writer = Thread.ofVirtual().start(() -> pour(client.output(), sent));
                HttpServerRequest request = arrived.get(30, TimeUnit.SECONDS);
                awaitStandstill(sent);

                assertThat(sent.get()).isLessThan(HELD_AT_MOST);
                request.resume();
                assertThat(client.readToEnd()).endsWith("\r\n\r\ndone");
                assertThat(received.get()).isEqualTo(LARGE);
                writer.join();
            }
        }

        @Test
        void a_large_response_to_a_protected_request_is_not_held_either_S21() throws Exception {
            AtomicLong sent = new AtomicLong();
            service.behaveAtOnce(request -> pour(request.response().setChunked(true), sent));
            try (GatewayFixture gateway = gateway()) {
                HttpResponse<InputStream> response = gateway.client()
                        .send(
                                gateway.request("/a")
                                        .header("Idempotency-Key", "k")
                                        .POST(BodyPublishers.noBody())
                                        .build(),
                                BodyHandlers.ofInputStream());
                awaitStandstill(sent);

                assertThat(sent.get()).isLessThan(HELD_AT_MOST);
                try (InputStream body = response.body()) {
                    assertThat(count(body)).isEqualTo(LARGE);
                }
            }
        }

        @Test
        void events_arrive_one_by_one() throws Exception {
            CompletableFuture<HttpServerResponse> stream = new CompletableFuture<>();
            service.behaveAtOnce(request -> {
                HttpServerResponse response = request.response();
                response.setChunked(true).putHeader("Content-Type", "text/event-stream");
                stream.complete(response);
                response.write("data: 1\n\n");
            });
            try (GatewayFixture gateway = gateway();
                    BufferedReader events = new BufferedReader(new InputStreamReader(
                            gateway.client()
                                    .send(gateway.request("/a").build(), BodyHandlers.ofInputStream())
                                    .body(),
                            StandardCharsets.UTF_8))) {
                // Each event is sent only after the one before has arrived.
                for (int i = 1; i <= 3; i++) {
                    assertThat(events.readLine()).isEqualTo("data: " + i);
                    assertThat(events.readLine()).isEmpty();
                    stream.join().write("data: " + (i + 1) + "\n\n");
                }
                stream.join().end();
            }
        }

        @Test
        void chunks_of_a_request_arrive_before_it_ends() throws Exception {
            CompletableFuture<String> first = new CompletableFuture<>();
            service.behaveAtOnce(request -> {
                Buffer body = Buffer.buffer();
                request.handler(chunk -> {
                    body.appendBuffer(chunk);
                    first.complete(chunk.toString());
                });
                request.endHandler(end -> request.response()
                        .end(body + " " + request.getHeader("Content-Length") + " "
                                + request.getHeader("Transfer-Encoding")));
            });
            try (GatewayFixture gateway = gateway();
                    RawClient client = new RawClient(gateway.port())) {
                client.send("POST /a HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\nConnection: close\n\n3\none\n");
                assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("one");
                client.send("3\ntwo\n0\n\n");

                assertThat(client.readToEnd()).endsWith("\r\n\r\nonetwo null chunked");
            }
        }

        @Test
        void a_response_that_comes_before_the_request_has_ended_arrives_at_once() throws Exception {
            try (RawService raw = new RawService("HTTP/1.1 413 Content Too Large\nContent-Length: 0\n\n");
                    GatewayFixture gateway = gateway(raw.port());
                    RawClient client = new RawClient(gateway.port())) {
                client.send("PUT /a HTTP/1.1\nHost: x\nContent-Length: 10\n\n12345");
                assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 413 ");
                client.send("67890GET /b HTTP/1.1\nHost: x\n\n");

                assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 413 ");
                assertThat(raw.heads()).hasSize(2);
            }
        }

        @Test
        void a_caller_that_waits_for_100_continue_gets_it() throws Exception {
            try (GatewayFixture gateway = gateway()) {
                for (String key : List.of("", "Idempotency-Key: k\n")) {
                    try (RawClient client = new RawClient(gateway.port())) {
                        client.send("POST /a HTTP/1.1\nHost: x\n" + key
                                + "Expect: 100-continue\nContent-Length: 4\nConnection: close\n\n");
                        assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
                        client.send("body");
                        assertThat(client.readToEnd()).startsWith("HTTP/1.1 201 ");
                    }
                }
                assertThat(service.received()).hasSize(2).allSatisfy(received -> {
                    assertThat(received.body().toString()).isEqualTo("body");
                    assertThat(received.header("expect")).isEmpty();
                });
            }
        }
    }

    @Nested
    class Hops {
        private static final String OF_THE_HOP = """
                Connection: close, X-Nominated, X-Forwarded-For, Content-Length
                X-Nominated: 1
                Keep-Alive: timeout=5
                TE: trailers
                Trailer: Checksum
                Upgrade: other/1
                Proxy-Authorization: Basic eDp5
                Proxy-Authenticate: Basic
                Proxy-Connection: keep-alive
                """;

        @ParameterizedTest
        @ValueSource(strings = {"", "Idempotency-Key: k\n"})
        void fields_between_caller_and_gateway_stay_between_them(String key) throws Exception {
            try (GatewayFixture gateway = gateway();
                    RawClient client = new RawClient(gateway.port())) {
                client.send("POST /a HTTP/1.1\nHost: x\n" + key + OF_THE_HOP + "X-Kept: 1\nContent-Length: 4\n\nbody");

                assertThat(client.readUntil("done 1")).startsWith("HTTP/1.1 201 ");
                TestService.Received received = service.received().get(0);
                assertThat(received.headers())
                        .filteredOn(line ->
                                line.matches("(connection|x-nominated|keep-alive|te|trailer|upgrade|proxy-[a-z]+): .*"))
                        .isEmpty();
                assertThat(received.header("x-kept")).hasValue("1");
                assertThat(received.header("x-forwarded-for"))
                        .as("is the gateway's own and cannot be nominated away")
                        .hasValue("127.0.0.1");
                assertThat(received.body().toString()).isEqualTo("body");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "Idempotency-Key: k\n"})
        void fields_between_gateway_and_service_stay_between_them(String key) throws Exception {
            try (RawService raw = new RawService("HTTP/1.1 200 OK\n" + OF_THE_HOP.replace(", Content-Length", "")
                            + "X-Kept: 1\nContent-Length: 4\n\ndone");
                    GatewayFixture gateway = gateway(raw.port());
                    RawClient client = new RawClient(gateway.port())) {
                // Without "Connection: close", so that any such field would be one of the service.
                client.send("POST /a HTTP/1.1\nHost: x\n" + key + "Content-Length: 0\n\n");
                String response = client.readUntil("done");

                assertThat(response.lines().skip(1))
                        .noneMatch(line -> line.toLowerCase(java.util.Locale.ROOT)
                                .matches("(connection|x-nominated|keep-alive|te|trailer|upgrade|proxy-[a-z]+): .*"))
                        .contains("X-Kept: 1");
            }
        }
    }

    @Nested
    class Forwarding {
        private static final String CLAIMS = """
                Forwarded: for=1.2.3.4
                X-Forwarded-For: 1.2.3.4
                X-Forwarded-Proto: https
                X-Forwarded-Host: claimed.example
                """;

        @ParameterizedTest
        @ValueSource(strings = {"", "Idempotency-Key: k\n"})
        void what_a_caller_claims_about_itself_is_dropped(String key) throws Exception {
            try (GatewayFixture gateway = gateway()) {
                RawClient.exchange(gateway.port(), post(key));

                TestService.Received received = service.received().get(0);
                assertThat(received.header("forwarded")).hasValue("for=127.0.0.1;host=shop.example;proto=http");
                assertThat(received.header("x-forwarded-for")).hasValue("127.0.0.1");
                assertThat(received.header("x-forwarded-proto")).hasValue("http");
                assertThat(received.header("x-forwarded-host")).hasValue("shop.example");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "Idempotency-Key: k\n"})
        void what_a_trusted_proxy_says_is_kept_and_this_hop_is_added(String key) throws Exception {
            try (GatewayFixture gateway = new GatewayFixture(
                    folder, "trust-forwarded: true\nupstream: http://127.0.0.1:" + service.port() + "\n")) {
                RawClient.exchange(gateway.port(), post(key));

                TestService.Received received = service.received().get(0);
                assertThat(received.header("forwarded"))
                        .hasValue("for=1.2.3.4, for=127.0.0.1;host=shop.example;proto=http");
                assertThat(received.header("x-forwarded-for")).hasValue("1.2.3.4, 127.0.0.1");
                assertThat(received.header("x-forwarded-proto")).hasValue("https");
                assertThat(received.header("x-forwarded-host")).hasValue("claimed.example");
            }
        }

        private static String post(String key) {
            return "POST /a HTTP/1.1\nHost: shop.example\n" + key + CLAIMS + "Content-Length: 0\nConnection: close\n\n";
        }

        @Test
        void an_IPv6_address_is_written_as_RFC_7239_demands() throws Exception {
            try (GatewayFixture gateway = new GatewayFixture(
                    folder, "listen: '[::1]:0'\nupstream: http://127.0.0.1:" + service.port() + "\n")) {
                gateway.send(HttpRequest.newBuilder(URI.create("http://[::1]:" + gateway.port() + "/a")));

                TestService.Received received = service.received().get(0);
                assertThat(received.header("x-forwarded-for"))
                        .hasValueSatisfying(address -> assertThat(address).matches("[0:]+:1"));
                assertThat(received.header("forwarded"))
                        .hasValueSatisfying(forwarded -> assertThat(forwarded)
                                .matches("for=\"\\[[0:]+:1]\";host=\"\\[::1]:" + gateway.port() + "\";proto=http"));
            }
        }
    }

    @Nested
    class Failing {
        @Test
        void a_service_that_is_not_there_is_reported_as_a_problem() throws Exception {
            int nobody;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                nobody = socket.getLocalPort();
            }
            try (GatewayFixture gateway = gateway(nobody)) {
                HttpResponse<String> response = gateway.get("/a");

                assertThat(response.statusCode()).isEqualTo(502);
                assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
                assertThat(response.headers().firstValue("date")).isPresent();
                assertThat(response.body()).contains("upstream-unavailable", "nothing was executed");
            }
        }

        @Test
        void a_path_without_a_service_is_reported_as_a_problem() throws Exception {
            try (GatewayFixture gateway = new GatewayFixture(
                    folder, "routes:\n- path: /v1/**\n  upstream: http://127.0.0.1:" + service.port() + "\n")) {
                HttpResponse<String> response =
                        gateway.send(gateway.request("/v2").PUT(BodyPublishers.ofString("body")));

                assertThat(response.statusCode()).isEqualTo(404);
                assertThat(response.body()).contains("There is no service at this path");
                assertThat(gateway.get("/v1/a").statusCode()).isEqualTo(201);
            }
        }

        @Test
        void a_service_that_is_silent_for_too_long_is_reported_as_a_problem() throws Exception {
            service.behaveAtOnce(request -> {});
            try (GatewayFixture gateway = new GatewayFixture(
                    folder, "upstream: http://127.0.0.1:" + service.port() + "\ndefaults: {timeout: 200ms}\n")) {
                HttpResponse<String> response = gateway.get("/a");

                assertThat(response.statusCode()).isEqualTo(504);
                assertThat(response.body()).contains("upstream-unavailable", "Nobody can tell");
            }
        }

        @Test
        void a_service_that_answers_nonsense_is_reported_as_a_problem() throws Exception {
            for (String nonsense : List.of("", "SSH-2.0\n\n", "HTTP/1.1 101 Switching Protocols\n\n")) {
                try (RawService raw = new RawService(nonsense);
                        GatewayFixture gateway = gateway(raw.port())) {
                    HttpResponse<String> response = gateway.get("/a");

                    assertThat(response.statusCode()).as(nonsense).isEqualTo(502);
                    assertThat(response.body()).contains("upstream-unavailable");
                }
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"\0", "\u0001", "\u000b", "\u007f"})
        void control_characters_in_fields_end_in_an_answer(String control) throws Exception {
            try (RawService raw = new RawService("HTTP/1.1 200 OK\nX-Odd: a" + control + "b\nContent-Length: 0\n\n");
                    GatewayFixture gateway = gateway(raw.port())) {
                for (String key : List.of("", "Idempotency-Key: k\n")) {
                    String head = "POST /a HTTP/1.1\nHost: x\nContent-Length: 0\nConnection: close\n" + key;
                    assertThat(RawClient.exchange(gateway.port(), head + "X-Odd: a" + control + "b\n\n"))
                            .matches("(?s)HTTP/1\\.[01] .*");
                    assertThat(RawClient.exchange(gateway.port(), head + "\n")).matches("(?s)HTTP/1\\.[01] .*");
                }
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"Content-Length: 10\n\nhalf", "Transfer-Encoding: chunked\n\n4\nhalf\n"})
        void a_response_that_breaks_off_is_seen_to_break_off(String rest) throws Exception {
            try (RawService raw = new RawService("HTTP/1.1 200 OK\n" + rest);
                    GatewayFixture gateway = gateway(raw.port())) {
                HttpRequest request = gateway.request("/a").build();

                assertThatThrownBy(() -> gateway.client().send(request, BodyHandlers.ofString()))
                        .isInstanceOf(IOException.class);
            }
        }

        @Test
        void a_caller_that_goes_away_cancels_its_request() throws Exception {
            CompletableFuture<Void> begun = new CompletableFuture<>();
            CompletableFuture<Void> cancelled = new CompletableFuture<>();
            service.behaveAtOnce(request -> {
                request.response().closeHandler(cancelled::complete);
                begun.complete(null);
            });
            try (GatewayFixture gateway = gateway();
                    RawClient client = new RawClient(gateway.port())) {
                client.send(get(""));
                begun.get(30, TimeUnit.SECONDS);
                client.reset();

                cancelled.get(30, TimeUnit.SECONDS);
            }
        }

        @Test
        void a_caller_that_goes_away_in_the_middle_of_a_response_cancels_it() throws Exception {
            CompletableFuture<Void> cancelled = new CompletableFuture<>();
            service.behaveAtOnce(request -> {
                request.response().closeHandler(cancelled::complete);
                request.response().setChunked(true).write("half");
            });
            try (GatewayFixture gateway = gateway();
                    RawClient client = new RawClient(gateway.port())) {
                client.send(get(""));
                client.readUntil("half");
                client.reset();

                cancelled.get(30, TimeUnit.SECONDS);
            }
        }

        @Test
        void a_request_that_breaks_off_reaches_the_service_as_broken_off() throws Exception {
            CompletableFuture<Void> begun = new CompletableFuture<>();
            CompletableFuture<Throwable> broken = new CompletableFuture<>();
            AtomicBoolean ended = new AtomicBoolean();
            service.behaveAtOnce(request -> {
                request.handler(chunk -> begun.complete(null));
                request.endHandler(end -> ended.set(true));
                request.exceptionHandler(broken::complete);
            });
            try (GatewayFixture gateway = gateway();
                    RawClient client = new RawClient(gateway.port())) {
                client.send("POST /a HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n4\nhalf\n");
                begun.get(30, TimeUnit.SECONDS);
                client.reset();

                broken.get(30, TimeUnit.SECONDS);
                assertThat(ended).isFalse();
            }
        }

        @Test
        void a_caller_that_goes_away_never_cancels_a_protected_request_S19() throws Exception {
            CompletableFuture<HttpServerResponse> begun = new CompletableFuture<>();
            service.behave((request, body) -> begun.complete(request.response()));
            try (GatewayFixture gateway = gateway();
                    RawClient client = new RawClient(gateway.port())) {
                client.send("POST /a HTTP/1.1\nHost: x\nIdempotency-Key: k\nContent-Length: 0\n\n");
                HttpServerResponse response = begun.get(30, TimeUnit.SECONDS);
                client.reset();
                // The gateway notices a closed connection at once; the other test of this shows it.
                await().during(Duration.ofMillis(300)).until(() -> !response.closed());
                response.end("done late");

                await().untilAsserted(() ->
                        assertThat(gateway.post("/a", "k", "").body()).isEqualTo("done late"));
                assertThat(service.received()).hasSize(1);
            }
        }
    }

    /** Writes a large body of zeros as fast as the other side takes it, and counts. */
    private static void pour(HttpServerResponse response, AtomicLong sent) {
        byte[] chunk = new byte[64 << 10];
        while (sent.get() < LARGE) {
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> pour(response, sent));
                return;
            }
            sent.addAndGet(chunk.length);
            response.write(Buffer.buffer(chunk));
        }
        response.drainHandler(null).end();
    }

    private static void pour(OutputStream out, AtomicLong sent) {
        byte[] chunk = new byte[64 << 10];
        try {
            while (sent.get() < LARGE) {
                out.write(chunk);
                sent.addAndGet(chunk.length);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Waits until something was sent and nothing more is. */
    private static void awaitStandstill(AtomicLong sent) {
        AtomicLong before = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(500)).until(() -> {
            long now = sent.get();
            return now > 0 && before.getAndSet(now) == now;
        });
    }

    private static long count(InputStream in) throws IOException {
        byte[] buffer = new byte[64 << 10];
        long total = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            total += read;
        }
        return total;
    }
}
