package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.http.HttpResponse;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/** Spring decides which method a request reaches, and only annotated methods are protected. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NeighbourTest {
    private final Booted application = Booted.start(Application.class);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Application {
        private final AtomicInteger calls = new AtomicInteger();

        private String call() {
            return "call " + calls.incrementAndGet();
        }

        @Idempotent
        @PostMapping("/things/{id}")
        String thing() {
            return call();
        }

        @Idempotent
        @PostMapping(path = "/typed", consumes = MediaType.APPLICATION_JSON_VALUE)
        String typed() {
            return call();
        }

        @PostMapping(path = "/typed", consumes = MediaType.TEXT_PLAIN_VALUE)
        String text() {
            return call();
        }

        /** Its type does not tell that it answers from another thread. */
        @Idempotent
        @PostMapping("/untyped")
        Object untyped() {
            Callable<String> later = this::call;
            return later;
        }

        /** Comes before controllers. */
        @Bean
        RouterFunction<ServerResponse> router() {
            return RouterFunctions.route()
                    .POST("/things/routed", request -> ServerResponse.ok().body(call()))
                    .build();
        }

        /** Has a path that looks like that of a controller from within. */
        @Bean
        ServletRegistrationBean<HttpServlet> other() {
            ServletRegistrationBean<HttpServlet> registration = new ServletRegistrationBean<>(
                    new HttpServlet() {
                        @Serial
                        private static final long serialVersionUID = 1;

                        @Override
                        protected void doPost(HttpServletRequest request, HttpServletResponse response)
                                throws IOException {
                            response.getWriter().print(call());
                        }
                    },
                    "/other/*");
            registration.setName("other");
            return registration;
        }
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/things/1", "/things/1?query", "/typed"})
    void an_annotated_method_is_protected(String path) throws Exception {
        assertThat(application.post(path, path, "1").statusCode()).isEqualTo(200);
        assertThat(Booted.isReplay(application.post(path, path, "1"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/things/routed", "/other/things/1"})
    void what_another_mapping_or_servlet_answers_is_untouched(String path) throws Exception {
        HttpResponse<String> first = application.post(path, path, "1");
        HttpResponse<String> again = application.post(path, path, "1");

        assertThat(first.body()).startsWith("call ");
        assertThat(again.body()).startsWith("call ").isNotEqualTo(first.body());
    }

    @Test
    void a_method_of_the_same_path_for_another_media_type_is_untouched() throws Exception {
        String[] bodies = new String[2];
        for (int i = 0; i < 2; i++) {
            bodies[i] = application
                    .send(application
                            .request("/typed")
                            .setHeader("Content-Type", "text/plain")
                            .header("Idempotency-Key", "text")
                            .POST(java.net.http.HttpRequest.BodyPublishers.ofString("1")))
                    .body();
        }
        assertThat(bodies[0]).startsWith("call ");
        assertThat(bodies[1]).isNotEqualTo(bodies[0]);
    }

    @Test
    void an_answer_from_another_thread_that_no_type_announced_is_refused_and_nothing_is_kept() throws Exception {
        HttpResponse<String> refused = application.post("/untyped", "untyped", "");

        assertThat(refused.statusCode()).isEqualTo(500);
        assertThat(application.rows("reprise_operation WHERE idempotency_key = 'untyped'"))
                .isZero();
    }
}
