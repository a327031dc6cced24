package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** springdoc describes what protected endpoints want and refuse. */
class OpenApiTest {
    @RestController
    @Idempotent
    static class Orders {
        @PostMapping("/orders")
        String order() {
            return "ordered";
        }

        @Idempotent(required = false)
        @PutMapping("/orders/1")
        String change() {
            return "changed";
        }

        @GetMapping("/orders")
        String orders() {
            return "none";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Orders.class)
    static class Application {}

    @Test
    void the_key_and_the_refusals_are_described() throws Exception {
        try (Booted application =
                Booted.start(Application.class, "--springdoc.api-docs.enabled=true", "--reprise.key-header=X-Key")) {
            JsonNode paths = JsonMapper.shared()
                    .readTree(application
                            .send(application.request("/v3/api-docs"))
                            .body())
                    .get("paths");

            JsonNode order = paths.get("/orders").get("post");
            assertThat(order.get("parameters").get(0).get("name").asString()).isEqualTo("X-Key");
            assertThat(order.get("parameters").get(0).get("in").asString()).isEqualTo("header");
            assertThat(order.get("parameters").get(0).get("required").asBoolean())
                    .isTrue();
            assertThat(order.get("responses").propertyNames()).contains("200", "400", "409", "422");
            assertThat(order.at("/responses/200/headers").propertyNames()).containsExactly("Idempotent-Replayed");
            JsonNode change = paths.get("/orders/1").get("put");
            assertThat(change.get("parameters").get(0).path("required").asBoolean())
                    .isFalse();
            JsonNode orders = paths.get("/orders").get("get");
            assertThat(orders.has("parameters")).isFalse();
            assertThat(orders.get("responses").propertyNames()).containsExactly("200");
        }
    }
}
