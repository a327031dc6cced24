package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The pieces of {@code docs/spring.md}, run. */
class DocumentationTest {
    record Order(String sku) {}

    @RestController
    static class Orders {
        private final JdbcTemplate jdbc;

        Orders(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Idempotent
        @PostMapping("/orders")
        @ResponseStatus(HttpStatus.CREATED)
        Order order(@RequestBody Order order) {
            jdbc.update("INSERT INTO orders VALUES (?)", order.sku());
            return order;
        }

        @Idempotent(guarantee = Idempotent.Guarantee.LEASED, maxWait = "5s")
        @PostMapping("/reports")
        Callable<String> report() {
            return () -> "written";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Orders.class)
    static class Application {
        @Bean
        IdempotencyPrincipal callers() {
            return request -> tenantOf(request) + "/" + request.getRemoteUser();
        }

        private static String tenantOf(HttpServletRequest request) {
            return request.getServerName();
        }
    }

    @Test
    void the_quick_start_orders_once_S7() throws Exception {
        try (Booted application = Booted.start(Application.class)) {
            application.jdbc().execute("CREATE TABLE orders (sku VARCHAR(20))");

            HttpResponse<String> first = application.post("/orders", "k", "{\"sku\":\"tea\"}");
            HttpResponse<String> retry = application.post("/orders", "k", "{\"sku\":\"tea\"}");

            assertThat(first.statusCode()).isEqualTo(201);
            assertThat(Booted.isReplay(retry)).isTrue();
            assertThat(retry.body()).isEqualTo(first.body());
            assertThat(application.rows("orders")).isOne();
            assertThat(application.post("/reports", "r", "").body()).isEqualTo("written");
        }
    }
}
