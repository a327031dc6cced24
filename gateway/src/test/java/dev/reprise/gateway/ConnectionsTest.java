package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.gateway.TestCertificates.Identity;
import dev.reprise.testkit.RawClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each version of HTTP, with and without TLS, on both sides of the gateway. */
class ConnectionsTest {
    private static @Nullable TestCertificates certificates;
    private static @Nullable Identity here;

    @TempDir
    private static Path certificateFolder;

    @TempDir
    private Path folder;

    private @Nullable TestService service;

    @BeforeAll
    static void makeCertificates() throws Exception {
        TestCertificates made = new TestCertificates(certificateFolder);
        certificates = made;
        here = made.issue("here", "dns:localhost,ip:127.0.0.1");
    }

    @AfterEach
    void stop() {
        if (service != null) {
            service.close();
        }
    }

    private static TestCertificates certificates() {
        return Objects.requireNonNull(certificates);
    }

    private static Identity here() {
        return Objects.requireNonNull(here);
    }

    private TestService service(HttpServerOptions options) {
        TestService started = new TestService(options);
        service = started;
        return started;
    }

    private TestService service() {
        return service(new HttpServerOptions());
    }

    private static PemKeyCertOptions pem(Identity identity) {
        return new PemKeyCertOptions()
                .setCertPath(identity.certificate().toString())
                .setKeyPath(identity.key().toString());
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    @Nested
    class Callers {
        @ParameterizedTest
        @CsvSource({"http,HTTP_1_1", "https,HTTP_1_1", "https,HTTP_2"})
        void are_protected_and_passed_through_alike(String scheme, Version version) throws Exception {
            TestService behind = service();
            String tls = scheme.equals("https")
                    ? "tls: {certificate: " + here().certificate() + ", key: " + here().key() + "}\n"
                    : "";
            try (GatewayFixture gateway =
                            new GatewayFixture(folder, tls + "upstream: http://127.0.0.1:" + behind.port() + "\n");
                    HttpClient client = HttpClient.newBuilder()
                            .version(version)
                            .sslContext(certificates().clientContext())
                            .build()) {
                HttpRequest.Builder request = HttpRequest.newBuilder(
                                URI.create(scheme + "://localhost:" + gateway.port() + "/a"))
                        .timeout(Duration.ofSeconds(30));
                HttpResponse<String> passed = client.send(request.build(), BodyHandlers.ofString());
                HttpRequest keyed = request.header("Idempotency-Key", "k")
                        .POST(BodyPublishers.ofString("body"))
                        .build();
                HttpResponse<String> first = client.send(keyed, BodyHandlers.ofString());
                HttpResponse<String> retry = client.send(keyed, BodyHandlers.ofString());
                // The length of this one is not said, which HTTP/2 does not need.
                HttpResponse<String> streamed = client.send(
                        HttpRequest.newBuilder(request.build().uri())
                                .timeout(Duration.ofSeconds(30))
                                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString("streamed")))
                                .build(),
                        BodyHandlers.ofString());

                assertThat(List.of(passed, first, retry, streamed))
                        .allSatisfy(response -> {
                            assertThat(response.version()).isEqualTo(version);
                            assertThat(response.statusCode()).isEqualTo(201);
                        })
                        .extracting(HttpResponse::body)
                        .containsExactly("done 1", "done 2", "done 2", "done 3");
                assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
                assertThat(behind.received())
                        .extracting(received -> received.body().toString())
                        .containsExactly("", "body", "streamed");
                assertThat(behind.received())
                        .allSatisfy(received ->
                                assertThat(received.header("x-forwarded-proto")).hasValue(scheme));
            }
        }

        @Test
        void may_know_beforehand_that_the_gateway_speaks_HTTP_2() throws Exception {
            TestService behind = service();
            Vertx vertx = Vertx.vertx();
            try (GatewayFixture gateway = new GatewayFixture(folder, behind)) {
                var client = vertx.createHttpClient(new HttpClientOptions()
                        .setProtocolVersion(io.vertx.core.http.HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false));
                for (String replayed : new String[] {null, "true"}) {
                    HttpClientResponse response =
                            join(client.request(HttpMethod.POST, gateway.port(), "127.0.0.1", "/a")
                                    .compose(request -> request.putHeader("Idempotency-Key", "k")
                                            .send("body")));
                    assertThat(response.version()).isEqualTo(io.vertx.core.http.HttpVersion.HTTP_2);
                    assertThat(response.getHeader("idempotent-replayed")).isEqualTo(replayed);
                }
                assertThat(join(client.request(HttpMethod.GET, gateway.port(), "127.0.0.1", "/a")
                                .compose(request -> request.send())
                                .compose(HttpClientResponse::body)))
                        .isEqualTo(Buffer.buffer("done 2"));
                assertThat(behind.received().get(1).headers())
                        .noneMatch(line -> line.startsWith("transfer-encoding") || line.startsWith("content-length"));
            } finally {
                join(vertx.close());
            }
        }

        @Test
        void that_cancel_a_stream_of_HTTP_2_cancel_what_passes_through() throws Exception {
            TestService behind = service();
            CompletableFuture<Void> cancelled = new CompletableFuture<>();
            behind.behaveAtOnce(request -> {
                request.response().closeHandler(cancelled::complete);
                request.response().setChunked(true).write("half");
            });
            Vertx vertx = Vertx.vertx();
            try (GatewayFixture gateway = new GatewayFixture(folder, behind)) {
                var client = vertx.createHttpClient(new HttpClientOptions()
                        .setProtocolVersion(io.vertx.core.http.HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false));
                join(client.request(HttpMethod.GET, gateway.port(), "127.0.0.1", "/a")
                        .compose(request -> request.send().onSuccess(response -> request.reset())));

                cancelled.get(30, java.util.concurrent.TimeUnit.SECONDS);
            } finally {
                join(vertx.close());
            }
        }

        @Test
        void may_use_a_connection_again_and_again_and_send_ahead() throws Exception {
            TestService behind = service();
            behind.behave((request, body) -> request.response().end(request.uri()));
            try (GatewayFixture gateway = new GatewayFixture(folder, behind);
                    RawClient client = new RawClient(gateway.port())) {
                client.send("GET /1 HTTP/1.1\nHost: x\n\n");
                client.readUntil("\r\n\r\n/1");
                String protectedOne = "POST /2 HTTP/1.1\nHost: x\nIdempotency-Key: k\nContent-Length: 4\n\nbody";
                client.send(protectedOne + "PUT /3 HTTP/1.1\nHost: x\nContent-Length: 4\n\nbody" + protectedOne
                        + "GET /4 HTTP/1.1\nHost: x\nConnection: close\n\n");

                String responses = client.readToEnd();
                assertThat(responses.lines().filter(line -> line.startsWith("/")))
                        .as("each body is followed by the next status")
                        .containsExactly("/2HTTP/1.1 200 OK", "/3HTTP/1.1 200 OK", "/2HTTP/1.1 200 OK", "/4");
                assertThat(behind.received())
                        .extracting(TestService.Received::uri)
                        .containsExactly("/1", "/2", "/3", "/4");
            }
        }

        @Test
        void of_HTTP_1_0_get_responses_that_they_understand() throws Exception {
            TestService behind = service();
            behind.behave((request, body) -> {
                if (request.uri().equals("/streamed")) {
                    request.response().setChunked(true).write("done");
                    request.response().end();
                } else {
                    request.response().end("done");
                }
            });
            try (GatewayFixture gateway = new GatewayFixture(folder, behind);
                    RawClient client = new RawClient(gateway.port())) {
                for (String connection : List.of("", "Connection: keep-alive\n")) {
                    assertThat(RawClient.exchange(gateway.port(), "GET /streamed HTTP/1.0\n" + connection + "\n"))
                            .startsWith("HTTP/1.0 200 ")
                            .doesNotContainIgnoringCase("transfer-encoding")
                            .endsWith("\r\n\r\ndone");
                }
                for (String replayed : List.of("", "idempotent-replayed: true")) {
                    client.send(
                            "POST /a HTTP/1.0\nIdempotency-Key: k\nContent-Length: 4\nConnection: keep-alive\n\nbody");
                    assertThat(client.readUntil("\r\n\r\ndone"))
                            .containsIgnoringCase("connection: keep-alive")
                            .containsIgnoringCase(replayed);
                }
                assertThat(behind.received()).hasSize(3);
            }
        }
    }

    @Nested
    class Services {
        private GatewayFixture gateway(String host, String tls) {
            return new GatewayFixture(
                    folder,
                    "upstream: https://" + host + ":"
                            + Objects.requireNonNull(service).port() + "\n" + tls);
        }

        @ParameterizedTest
        @ValueSource(strings = {"localhost", "127.0.0.1"})
        void with_a_certificate_of_a_private_authority_are_trusted_when_it_is_named(String host) throws Exception {
            TestService behind = service(new HttpServerOptions().setSsl(true).setKeyCertOptions(pem(here())));
            try (GatewayFixture gateway =
                    gateway(host, "upstream-tls: {trust: " + certificates().authority() + "}\n")) {
                assertThat(gateway.get("/a").statusCode()).isEqualTo(201);
                assertThat(gateway.post("/a", "k", "").statusCode()).isEqualTo(201);
                assertThat(gateway.post("/a", "k", "").headers().firstValue("idempotent-replayed"))
                        .hasValue("true");
                assertThat(behind.received()).hasSize(2);
            }
        }

        @Test
        void whose_certificate_is_not_trusted_get_nothing() throws Exception {
            service(new HttpServerOptions().setSsl(true).setKeyCertOptions(pem(here())));
            try (GatewayFixture gateway = gateway("localhost", "")) {
                assertNothingIsExecuted(gateway);
            }
        }

        @Test
        void whose_certificate_is_for_another_host_get_nothing() throws Exception {
            Identity elsewhere = certificates().issue("elsewhere", "dns:elsewhere.example");
            service(new HttpServerOptions().setSsl(true).setKeyCertOptions(pem(elsewhere)));
            try (GatewayFixture gateway = gateway(
                    "localhost", "upstream-tls: {trust: " + certificates().authority() + "}\n")) {
                assertNothingIsExecuted(gateway);
            }
        }

        private void assertNothingIsExecuted(GatewayFixture gateway) throws Exception {
            for (int i = 0; i < 2; i++) {
                // Were the first attempt not released, the second would be told to wait.
                for (HttpResponse<String> response : List.of(gateway.get("/a"), gateway.post("/a", "k", "body"))) {
                    assertThat(response.statusCode()).isEqualTo(502);
                    assertThat(response.body()).contains("nothing was executed");
                }
            }
            assertThat(Objects.requireNonNull(service).received()).isEmpty();
        }

        @Test
        void that_demand_a_certificate_get_that_of_the_gateway() throws Exception {
            Identity own = certificates().issue("gateway", "dns:gateway.example");
            TestService behind = service(new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(pem(here()))
                    .setClientAuth(ClientAuth.REQUIRED)
                    .setTrustOptions(new PemTrustOptions()
                            .addCertPath(certificates().authority().toString())));
            String trust = "upstream-tls: {trust: " + certificates().authority();
            try (GatewayFixture gateway = gateway(
                    "localhost", trust + ", certificate: " + own.certificate() + ", key: " + own.key() + "}\n")) {
                assertThat(gateway.get("/a").statusCode()).isEqualTo(201);
                assertThat(gateway.post("/a", "k", "").statusCode()).isEqualTo(201);
                assertThat(behind.received()).hasSize(2);
            }
            try (GatewayFixture gateway = gateway("localhost", trust + "}\n")) {
                assertThat(gateway.get("/a").statusCode()).isEqualTo(502);
                assertThat(behind.received()).hasSize(2);
            }
        }

        @Test
        void are_reached_over_connections_that_are_used_again() throws Exception {
            TestService behind = service();
            CompletableFuture<Object> firstConnection = new CompletableFuture<>();
            List<Boolean> same = new java.util.concurrent.CopyOnWriteArrayList<>();
            behind.behaveAtOnce(request -> {
                firstConnection.complete(request.connection());
                same.add(request.connection().equals(firstConnection.join()));
                request.response().end("done");
            });
            try (GatewayFixture gateway = new GatewayFixture(folder, behind);
                    RawClient client = new RawClient(gateway.port())) {
                // One connection of the caller is one event loop of the gateway, which has connections of its own.
                for (String key : List.of("", "Idempotency-Key: 1\n", "", "Idempotency-Key: 2\n")) {
                    client.send("POST /a HTTP/1.1\nHost: x\n" + key + "Content-Length: 0\n\n");
                    client.readUntil("\r\n\r\ndone");
                }
                assertThat(same).containsExactly(true, true, true, true);
            }
        }
    }
}
