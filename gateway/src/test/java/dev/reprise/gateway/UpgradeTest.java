package dev.reprise.gateway;

import static dev.reprise.gateway.RawHttp2.head;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.gateway.RawHttp2.Answer;
import dev.reprise.gateway.RawHttp2.Field;
import dev.reprise.testkit.RawClient;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The upgrade from HTTP/1.1 to HTTP/2, which RFC 9113 has made obsolete, is not offered; prior knowledge is. */
class UpgradeTest {
    private static final String H2C =
            "Connection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAMAAABkAAQAAP__\n";

    @TempDir
    private Path folder;

    private final TestService service = new TestService();
    private GatewayFixture gateway;

    @BeforeEach
    void start() {
        gateway = new GatewayFixture(
                folder, "upstream: http://127.0.0.1:" + service.port() + "\nprincipal: {trusted-header: X-User}\n");
    }

    @AfterEach
    void stop() {
        gateway.close();
        service.close();
    }

    /**
     * A proxy in front overwrites the field that names the caller, in every request that it sees. It passes an upgrade on, and
     * after that bytes, so it would see no more of them.
     */
    @Test
    void behind_a_proxy_that_names_the_caller_nobody_tunnels_past_it_to_the_answer_of_somebody_else_S12()
            throws Exception {
        service.behave((request, body) -> request.response().setStatusCode(201).end("for alice only"));
        try (RawHttp2 proxy = new RawHttp2(gateway.port())) {
            proxy.exchange(head("POST", "/a", new Field("x-user", "alice"), new Field("idempotency-key", "k")), "body");
        }

        String tunnelled;
        try (RawClient proxy = new RawClient(gateway.port())) {
            proxy.send("GET /a HTTP/1.1\nHost: x\nX-User: mallory\n" + H2C + "\n");
            String answer = proxy.readUntil("\r\n\r\n");
            tunnelled = answer.contains(" 101 ") ? tunnelled(proxy) : answer;
        }

        assertThat(tunnelled).startsWith("HTTP/1.1 201 ").doesNotContain("for alice only");
    }

    private static String tunnelled(RawClient proxy) throws Exception {
        RawHttp2 mallory = new RawHttp2(proxy.input(), proxy.output(), 3);
        Answer stolen = mallory.exchange(
                head("POST", "/a", new Field("x-user", "alice"), new Field("idempotency-key", "k")), "body");
        return stolen.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                H2C,
                "Upgrade: h2c\n",
                "Connection: upgrade\nUpgrade: h2c\n",
                "Connection: upgrade\n",
                "Connection: Upgrade, keep-alive\n",
                "Connection: upgrade\nUpgrade:\n",
                "Connection: upgrade\nUpgrade: h2c, TLS/1.0\n",
                "Connection: upgrade\nUpgrade: foo/2\n"
            })
    void an_upgrade_that_is_not_offered_is_ignored(String fields) throws Exception {
        for (String key : new String[] {"", "Idempotency-Key: k\n"}) {
            String request = "POST /a HTTP/1.1\nHost: x\n" + key + "Content-Length: 4\n";

            String response = RawClient.exchange(
                    gateway.port(), request + fields + "\nbody" + request + "Connection: close\n\nbody");

            assertThat(response).matches("(?s)HTTP/1\\.1 201 .*HTTP/1\\.1 201 .*");
        }
        assertThat(service.received())
                .hasSize(3)
                .allSatisfy(received -> assertThat(received.headers())
                        .noneMatch(line -> line.startsWith("upgrade:") || line.startsWith("http2-settings:")));
    }

    @Test
    void prior_knowledge_is_enough() throws Exception {
        try (RawHttp2 client = new RawHttp2(gateway.port())) {
            assertThat(client.exchange(head("GET", "/a"), null).status()).isEqualTo(201);
        }
    }

    /** It asks for the upgrade with its first request. */
    @Test
    void the_client_of_the_platform_gets_along_with_lines() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(
                    gateway.request("/a")
                            .header("Idempotency-Key", "k")
                            .POST(BodyPublishers.ofString("body"))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(201);
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        }
    }
}
