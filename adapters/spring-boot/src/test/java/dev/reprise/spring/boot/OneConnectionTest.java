package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reprise.testkit.Parallel;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

        @Idempotent
        @PostMapping("/note")
        String note() {
            return "noted " + UUID.randomUUID();
        }

        @Idempotent(guarantee = Idempotent.Guarantee.LEASED)
        @PostMapping("/leased")
        String leased() {
            return "leased " + UUID.randomUUID();
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

    /** The first retry looks at the database, and what it finds is kept where Caffeine is there. */
    @ParameterizedTest
    @ValueSource(strings = {"/note", "/leased"})
    void from_the_second_retry_on_none_is_needed(String path) throws Exception {
        assertThat(Caffeine.class).as("what keeps finished answers").isNotNull();
        try (Booted application = Booted.start(Application.class)) {
            String first = application.post(path, "k", "").body();
            assertThat(application.post(path, "k", "").body()).isEqualTo(first);

            DataSource pool = application.bean(DataSource.class);
            List<Connection> all = new ArrayList<>();
            try {
                for (int i = 0; i < 4; i++) {
                    all.add(pool.getConnection());
                }
                assertThat(application.post(path, "k", "").body()).isEqualTo(first);
            } finally {
                for (Connection one : all) {
                    one.close();
                }
            }
        }
    }
}
