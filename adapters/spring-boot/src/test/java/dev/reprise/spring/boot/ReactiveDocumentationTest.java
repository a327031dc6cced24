package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The pieces of {@code docs/spring.md} about WebFlux, run. */
class ReactiveDocumentationTest {
    record Order(String sku) {}

    static class Repository {
        private final List<Order> rows = new CopyOnWriteArrayList<>();

        Mono<Order> insert(Order order) {
            return Mono.fromSupplier(() -> {
                rows.add(order);
                return order;
            });
        }
    }

    @RestController
    static class Orders {
        private final Repository orders;

        Orders(Repository orders) {
            this.orders = orders;
        }

        @Idempotent
        @PostMapping("/orders")
        @ResponseStatus(HttpStatus.CREATED)
        Mono<Order> order(@RequestBody Order order) {
            return orders.insert(order);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Orders.class, Repository.class, BootedReactive.InMemory.class})
    static class Application {
        @Bean
        ReactiveIdempotencyPrincipal callers() {
            return exchange -> exchange.getPrincipal().map(user -> tenantOf(exchange) + "/" + user.getName());
        }

        private static String tenantOf(ServerWebExchange exchange) {
            return String.valueOf(exchange.getRequest().getURI().getHost());
        }
    }

    @Test
    void a_reactive_endpoint_orders_once_S7() throws Exception {
        try (BootedReactive application = BootedReactive.start(Application.class, BootedReactive.WITHOUT_DATABASE)) {
            HttpResponse<String> first = application.post("/orders", "k", "{\"sku\":\"tea\"}");
            HttpResponse<String> retry = application.post("/orders", "k", "{\"sku\":\"tea\"}");

            assertThat(first.statusCode()).isEqualTo(201);
            assertThat(BootedReactive.isReplay(retry)).isTrue();
            assertThat(retry.body()).isEqualTo(first.body());
            assertThat(application.bean(Repository.class).rows).hasSize(1);
        }
    }
}
