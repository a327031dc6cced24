package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.Parallel;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** A request holds one connection, so as many requests as there are connections can be under way at once. */
class OneConnectionTest {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Together.class)
    static class Application {}

    @RestController
    static class Together {
        private final CyclicBarrier all = new CyclicBarrier(4);
        private final JdbcTemplate jdbc;

        Together(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Idempotent
        @PostMapping("/work")
        String work() throws Exception {
            // All of them have begun their transactions, and the pool has no fifth connection.
            all.await(30, TimeUnit.SECONDS);
            jdbc.queryForObject("SELECT 1", Integer.class);
            return "worked";
        }
    }

    @Test
    void four_requests_at_once_work_with_a_pool_of_four() throws Exception {
        try (Booted application = Booted.start(Application.class)) {
            List<HttpResponse<String>> answers = Parallel.run(
                    4, () -> application.post("/work", UUID.randomUUID().toString(), ""));

            assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200);
        }
    }
}
