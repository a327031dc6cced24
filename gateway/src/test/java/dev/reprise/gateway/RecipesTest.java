package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings in {@code docs/agents.md} do what the page says. */
class RecipesTest {
    @TempDir
    private Path folder;

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    /** A gateway with the block of settings of that section. */
    private GatewayFixture gateway(String section, int block) throws Exception {
        String page = Files.readString(Path.of("../docs/agents.md"));
        String text = Arrays.stream(page.split("\n## ", -1))
                .filter(part -> part.startsWith(section))
                .findFirst()
                .orElseThrow();
        List<String> blocks = Arrays.stream(text.split("```yaml\n", -1))
                .skip(1)
                .map(part -> part.substring(0, part.indexOf("```")))
                .toList();
        return new GatewayFixture(folder, "upstream: http://127.0.0.1:" + service.port() + "\n" + blocks.get(block));
    }

    private static HttpResponse<String> post(GatewayFixture gateway, String path, String key, String json)
            throws Exception {
        HttpRequest.Builder request =
                gateway.request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
        return gateway.send(key.isEmpty() ? request : request.header("Idempotency-Key", key));
    }

    private void answer(int status, String json) {
        service.behave((request, body) -> request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(json));
    }

    @Test
    void agentic_commerce() throws Exception {
        answer(201, "{}");
        try (GatewayFixture gateway = gateway("Agentic Commerce Protocol", 0)) {
            assertThat(post(gateway, "/checkout_sessions", "", "{}").body()).contains("idempotency_key_required");
            post(gateway, "/checkout_sessions", "k", "{\"a\":1}");
            HttpResponse<String> replay = post(gateway, "/checkout_sessions", "k", "{ \"a\" : 1.0 }");
            HttpResponse<String> elsewhere = post(gateway, "/checkout_sessions/cs_1/complete", "k", "{}");

            assertThat(replay.headers().firstValue("Idempotent-Replayed")).contains("true");
            assertThat(replay.headers().firstValue("Idempotency-Key")).contains("k");
            assertThat(elsewhere.headers().firstValue("Idempotent-Replayed")).isEmpty();
            assertThat(service.received()).hasSize(2);
        }
    }

    @Test
    void agentic_commerce_to_the_letter_executes_again_after_a_5xx() throws Exception {
        answer(500, "{}");
        try (GatewayFixture gateway = gateway("Agentic Commerce Protocol", 1)) {
            post(gateway, "/checkout_sessions", "k", "{}");
            answer(201, "{}");

            assertThat(post(gateway, "/checkout_sessions", "k", "{}").statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void ad_context() throws Exception {
        answer(200, "{\"status\":\"completed\"}");
        String buy = "{\"idempotency_key\":\"0123456789abcdef\",\"context\":{\"n\":%d}}";
        try (GatewayFixture gateway = gateway("Ad Context Protocol", 0)) {
            post(gateway, "/adcp/create_media_buy", "", buy.formatted(1));

            assertThat(post(gateway, "/adcp/create_media_buy", "", buy.formatted(2))
                            .body())
                    .isEqualTo("{\"replayed\":true,\"status\":\"completed\"}");
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void tools_of_models() throws Exception {
        answer(200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        String call = "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"tools/call\",\"params\":{\"name\":\"pay\","
                + "\"arguments\":{\"idempotency_key\":\"k\",\"amount\":%d}}}";
        try (GatewayFixture gateway = gateway("Tools of the Model Context Protocol", 0)) {
            post(gateway, "/mcp", "", call.formatted(1, 5));

            assertThat(post(gateway, "/mcp", "", call.formatted(2, 5)).body())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}");
            HttpResponse<String> refused = post(gateway, "/mcp", "", call.formatted(3, 6));
            assertThat(refused.statusCode()).isEqualTo(200);
            assertThat(refused.body()).contains("\"id\":3,", "payload_mismatch");
            assertThat(service.received()).hasSize(1);
        }
    }

    @Test
    void messages_of_agents() throws Exception {
        answer(200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"task\":{\"id\":\"t\"}}}");
        String message = "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"SendMessage\",\"params\":{\"message\":"
                + "{\"messageId\":\"m-2\",\"role\":\"ROLE_USER\",\"parts\":[{\"text\":\"%s\"}]}}}";
        String question = "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"GetTask\",\"params\":{\"id\":\"t\"}}";
        try (GatewayFixture gateway = gateway("Messages of the Agent2Agent protocol", 0)) {
            post(gateway, "/a2a", "", message.formatted(1, "Yes"));

            assertThat(post(gateway, "/a2a", "", message.formatted(2, "Yes")).body())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"task\":{\"id\":\"t\"}}}");
            assertThat(post(gateway, "/a2a", "", message.formatted(3, "No")).body())
                    .contains("\"id\":3,", "payload_mismatch");
            post(gateway, "/a2a", "", question);
            post(gateway, "/a2a", "", question);
            assertThat(service.received()).hasSize(3);
        }
    }

    @Test
    void iceberg_catalogs() throws Exception {
        String key = "019ac2b7-5b1e-7c3a-9c58-0f6d1f0f7a11";
        answer(200, "{}");
        try (GatewayFixture gateway = gateway("Iceberg REST catalogs", 0)) {
            post(gateway, "/v1/shop/namespaces/a/tables/t", key, "{}");
            HttpResponse<String> replay = post(gateway, "/v1/shop/namespaces/a/tables/t", key, "{}");
            post(gateway, "/v1/shop/namespaces/a/tables/u", key, "{}");

            assertThat(replay.headers().firstValue("Idempotent-Replayed")).contains("true");
            assertThat(service.received()).hasSize(2);
        }
    }

    @Test
    void a_key_that_a_browser_has_chosen_repeats_what_it_repeats_and_nothing_else() throws Exception {
        try (GatewayFixture gateway =
                new GatewayFixture(folder, "upstream: http://127.0.0.1:" + service.port() + "\n")) {
            for (String key : List.of("\"1\"", "\"2\"", "\"2\"")) {
                gateway.send(gateway.request("/form")
                        .header("Idempotency-Key", key)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("a=b")));
            }

            assertThat(service.received()).hasSize(2);
        }
    }

    @Test
    void what_an_api_promises() throws Exception {
        try (GatewayFixture gateway = gateway("What an API promises, for programs", 0)) {
            HttpResponse<String> document = gateway.get("/.well-known/idempotency");
            HttpResponse<String> ignored = gateway.send(
                    gateway.request("/a").header("Idempotency-Key", "k").PUT(BodyPublishers.ofString("x")));

            assertThat(document.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(document.body()).contains("\"path\":\"/**\"", "\"retention_seconds\":86400");
            assertThat(ignored.headers().firstValue("Idempotency-Status")).contains("ignored");
            assertThat(gateway.get("/a").headers().firstValue("Idempotency-Status"))
                    .isEmpty();
        }
    }
}
