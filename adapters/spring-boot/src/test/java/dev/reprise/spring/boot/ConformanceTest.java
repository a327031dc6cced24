package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.conformance.CaseResult;
import dev.reprise.conformance.CheckLimits;
import dev.reprise.conformance.EffectQuery;
import dev.reprise.conformance.Field;
import dev.reprise.conformance.Payload;
import dev.reprise.conformance.Report;
import dev.reprise.conformance.RequestVariant;
import dev.reprise.conformance.Target;
import dev.reprise.conformance.Verdict.Pass;
import dev.reprise.conformance.check.ConformanceCheck;
import dev.reprise.spring.boot.Idempotent.Guarantee;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** A Boot application under the checker that its users run against their own. */
@Execution(ExecutionMode.CONCURRENT)
class ConformanceTest {
    private static final CheckLimits LIMITS =
            new CheckLimits(1000, Duration.ofMinutes(2), 10_000, 50, Duration.ofSeconds(10), 1 << 20);
    /** Other settings, and answers to browsers, which are Spring's own. */
    private static final List<String> NOT_APPLICABLE = List.of(
            "S6-issued",
            "S6-forged",
            "S6-caller",
            "S6-expired",
            "S25-once",
            "S25-rejects",
            "S24-already-handled",
            "S26-readable",
            "S26-exposed",
            "S26-preflight");

    private static final Duration RETENTION = Duration.ofSeconds(5);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Transactional.class, Leased.class})
    static class Application {
        @Bean
        IdempotencyPrincipal callers() {
            return request -> String.valueOf(request.getHeader("X-User"));
        }

        /** Stands for authentication, before the endpoints. */
        @Bean
        FilterRegistrationBean<?> authentication() {
            FilterRegistrationBean<?> registration = new FilterRegistrationBean<>((request, response, chain) -> {
                String user = ((jakarta.servlet.http.HttpServletRequest) request).getHeader("X-User");
                if ("revoked".equals(user)) {
                    ((HttpServletResponse) response).setStatus(HttpServletResponse.SC_UNAUTHORIZED);
                } else {
                    chain.doFilter(request, response);
                }
            });
            registration.setOrder(-100);
            return registration;
        }
    }

    /** Charges, each of which is a row. */
    abstract static class Charges {
        private final JdbcTemplate jdbc;
        private final String table;

        Charges(JdbcTemplate jdbc, String table) {
            this.jdbc = jdbc;
            this.table = table;
            jdbc.execute("CREATE TABLE IF NOT EXISTS " + table + " (id INT AUTO_INCREMENT)");
        }

        @GetMapping
        int count() {
            Integer count = jdbc.queryForObject("SELECT count(*) FROM " + table, Integer.class);
            return count == null ? 0 : count;
        }

        @PostMapping
        ResponseEntity<String> charge(
                @RequestBody String body, @RequestHeader(name = "Test-Variant", defaultValue = "") String variant)
                throws InterruptedException {
            if (variant.equals("refused")) {
                return ResponseEntity.status(402).build();
            }
            if (variant.equals("slow")) {
                // A second of work: the checker asks meanwhile.
                new CountDownLatch(1).await(1, TimeUnit.SECONDS);
            }
            jdbc.update("INSERT INTO " + table + " DEFAULT VALUES");
            int id = count();
            return ResponseEntity.status(variant.equals("failing") ? 500 : 201)
                    .header("Location", "/charges/" + id)
                    .header("ETag", "\"" + id + "\"")
                    .header("X-Custom", "custom " + id)
                    .header("Set-Cookie", "session=" + id)
                    .header("X-Request-Id", "req_" + id)
                    .body("charge " + id + (variant.equals("large") ? "x".repeat(20_000) : ""));
        }
    }

    @RestController
    @RequestMapping("/transactional")
    @Idempotent
    static class Transactional extends Charges {
        Transactional(JdbcTemplate jdbc) {
            super(jdbc, "transactional");
        }
    }

    @RestController
    @RequestMapping("/leased")
    @Idempotent(guarantee = Guarantee.LEASED)
    static class Leased extends Charges {
        Leased(JdbcTemplate jdbc) {
            super(jdbc, "leased");
        }
    }

    @ParameterizedTest
    @CsvSource({"/transactional, S15-failure", "/leased, S26-preflight"})
    void an_application_passes_every_case_that_its_settings_allow(String path, String besides) {
        try (Booted application = Booted.start(
                Application.class,
                "--reprise.retention=" + RETENTION,
                "--reprise.max-response-body=10000B",
                "--spring.datasource.hikari.maximum-pool-size=20")) {
            URI uri = application.uri(path);
            Target target = Target.at(uri)
                    .body(new Payload("application/json", "{\"amount\":1000}"))
                    .credential(new Field("X-User", "alice"))
                    .secondCredential(new Field("X-User", "bob"))
                    .revokedCredential(new Field("X-User", "revoked"))
                    .effects(new EffectQuery(uri, ""))
                    .keyRequired(true)
                    .slow(RequestVariant.ofField("Test-Variant", "slow"))
                    .refused(RequestVariant.ofField("Test-Variant", "refused"))
                    .failing(RequestVariant.ofField("Test-Variant", "failing"))
                    .large(RequestVariant.ofField("Test-Variant", "large"))
                    .retention(RETENTION)
                    .build();

            Report report = ConformanceCheck.of(target, LIMITS).run(result -> {});

            assertThat(report.obstacle()).isNull();
            assertThat(report.results())
                    .filteredOn(result -> !(result.verdict() instanceof Pass))
                    // Other machines have other work to do, and then nothing can be said about times.
                    .filteredOn(result -> !result.id().equals("S12-timing") || result.failed())
                    .extracting(CaseResult::id)
                    .containsOnlyOnceElementsOf(NOT_APPLICABLE)
                    // What is rolled back has no effect that could be counted.
                    .isSubsetOf(Stream.concat(NOT_APPLICABLE.stream(), Stream.of(besides))
                            .toList());
        }
    }
}
