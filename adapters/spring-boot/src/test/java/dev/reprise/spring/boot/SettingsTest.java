package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationPolicy.Duplicates;
import dev.reprise.TransactionalEngine;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationStore;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the annotation and the properties say. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SettingsTest {
    private final Booted application = Booted.start(
            Application.class,
            "--kept=2h",
            "--reprise.retention=3h",
            "--reprise.key-header=Request-Key",
            "--reprise.max-request-body=10B",
            "--server.servlet.context-path=/shop",
            "--spring.mvc.servlet.path=/api");

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    @Idempotent(required = false)
    static class Application {
        private final AtomicInteger calls = new AtomicInteger();

        @Bean
        IdempotencyPrincipal tenants() {
            return request -> String.valueOf(request.getHeader("Tenant"));
        }

        @PostMapping("/optional")
        String optional() {
            return "call " + calls.incrementAndGet();
        }

        @PostMapping("/counted")
        String counted(@RequestParam int count) {
            return "call " + calls.addAndGet(count);
        }

        @GetMapping("/read")
        String read() {
            return "call " + calls.incrementAndGet();
        }

        @DeleteMapping("/things/{id}")
        String delete() {
            return "call " + calls.incrementAndGet();
        }

        @Idempotent(retention = "${kept}", duplicates = Duplicates.REJECT)
        @PostMapping("/rejecting")
        String rejecting() {
            return "call " + calls.incrementAndGet();
        }
    }

    @AfterAll
    void stop() {
        application.close();
    }

    private HttpResponse<String> send(String method, String path, String key, String tenant) throws Exception {
        return application.send(application
                .request("/shop/api" + path)
                .header("Request-Key", key)
                .header("Tenant", tenant)
                .method(method, BodyPublishers.noBody()));
    }

    @Test
    void an_annotation_of_the_type_is_for_all_methods_that_change_something() throws Exception {
        assertThat(Booted.isReplay(send("POST", "/optional", "type", "a"))).isFalse();
        assertThat(Booted.isReplay(send("POST", "/optional", "type", "a"))).isTrue();
        assertThat(Booted.isReplay(send("DELETE", "/things/1", "type", "a"))).isFalse();
        assertThat(Booted.isReplay(send("DELETE", "/things/1", "type", "a"))).isTrue();
    }

    @Test
    void one_key_for_two_paths_of_an_endpoint_is_a_mistake_S9() throws Exception {
        send("DELETE", "/things/1", "path", "a");

        assertThat(send("DELETE", "/things/2", "path", "a").statusCode()).isEqualTo(422);
    }

    @Test
    void what_only_reads_is_never_protected_S5() throws Exception {
        assertThat(send("GET", "/read", "read", "a").body())
                .isNotEqualTo(send("GET", "/read", "read", "a").body());
    }

    @Test
    void a_key_that_is_not_required_may_be_left_out() throws Exception {
        HttpResponse<String> keyless =
                application.send(application.request("/shop/api/optional").POST(BodyPublishers.noBody()));

        assertThat(keyless.statusCode()).isEqualTo(200);
    }

    @Test
    void the_application_says_who_asks_S12() throws Exception {
        String ofOne = send("POST", "/optional", "who", "one").body();

        assertThat(send("POST", "/optional", "who", "other").body()).isNotEqualTo(ofOne);
        assertThat(send("POST", "/optional", "who", "one").body()).isEqualTo(ofOne);
    }

    @Test
    void what_the_method_says_replaces_what_the_type_says() throws Exception {
        HttpResponse<String> first = send("POST", "/rejecting", "method", "a");

        assertThat(first.headers().firstValue("Idempotency-Retention")).hasValue("7200");
        assertThat(send("POST", "/rejecting", "method", "a").body()).contains("already-handled");
        assertThat(send("POST", "/optional", "method", "a").headers().firstValue("Idempotency-Retention"))
                .hasValue("10800");
    }

    @Test
    void an_error_page_is_found_behind_the_paths_of_application_and_servlet_S7() throws Exception {
        HttpResponse<String> first = send("POST", "/counted?count=many", "page", "a");

        assertThat(first.statusCode()).isEqualTo(400);
        assertThat(first.body()).contains("\"path\":\"/shop/api/counted\"");
        assertThat(send("POST", "/counted?count=many", "page", "a").body()).isEqualTo(first.body());
    }

    @Test
    void a_request_that_is_too_long_is_refused() throws Exception {
        HttpResponse<String> refused = application.send(application
                .request("/shop/api/optional")
                .header("Request-Key", "long")
                .POST(BodyPublishers.ofString("more than ten bytes")));

        assertThat(refused.statusCode()).isEqualTo(413);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class InMemory {
        private final AtomicInteger calls = new AtomicInteger();

        @Bean
        OperationStore store() {
            return new MemoryStore();
        }

        @Idempotent
        @PostMapping("/work")
        String work() {
            return "call " + calls.incrementAndGet();
        }
    }

    @Test
    void a_store_of_the_application_is_enough_where_there_is_no_database() throws Exception {
        try (Booted inMemory = Booted.start(
                InMemory.class,
                "--spring.autoconfigure.exclude=org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
                        + "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
                        + Booted.SECURITY)) {
            assertThat(inMemory.post("/work", "k", "").body()).isEqualTo("call 1");
            assertThat(inMemory.post("/work", "k", "").body()).isEqualTo("call 1");
            assertThat(inMemory.context().getBeanNamesForType(TransactionalEngine.class))
                    .isEmpty();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Nothing {}

    @Test
    void an_application_without_protected_endpoints_makes_no_engine_and_no_table() {
        try (Booted nothing = Booted.start(Nothing.class)) {
            assertThat(nothing.context().getBeanFactory().containsSingleton("repriseTransactionalEngine"))
                    .isFalse();
            assertThat(nothing.context().getBeanFactory().containsSingleton("repriseStore"))
                    .isFalse();
            assertThat(nothing.context().getBeanNamesForType(IdempotencyEngine.class))
                    .hasSize(1);
        }
    }
}
