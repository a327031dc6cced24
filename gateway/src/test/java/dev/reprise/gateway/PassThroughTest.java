package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.RawClient;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are not protected reach the service, and their responses the caller, as they are. */
class PassThroughTest {
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
}
