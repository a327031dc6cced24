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
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/** A reactive Boot application under the checker that its users run against their own. */
class ReactiveConformanceTest {
    private static final CheckLimits LIMITS =
            new CheckLimits(1000, Duration.ofMinutes(2), 10_000, 50, Duration.ofSeconds(10), 1 << 20);
    /** Other settings, answers to browsers, which are Spring's own, and the date, which Reactor Netty does not send. */
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
            "S26-preflight",
            "S18-date");

    private static final Duration RETENTION = Duration.ofSeconds(5);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Charges.class)
    static class Application {
        @Bean
        ReactiveIdempotencyPrincipal callers() {
            return exchange ->
                    Mono.justOrEmpty(exchange.getRequest().getHeaders().getFirst("X-User"));
        }

        /** Stands for authentication, before the endpoints. */
        @Bean
        @Order(-100)
        WebFilter authentication() {
            return (exchange, chain) -> {
                if (!"revoked".equals(exchange.getRequest().getHeaders().getFirst("X-User"))) {
                    return chain.filter(exchange);
                }
                exchange.getResponse().setStatusCode(HttpStatus.UNAUTHORIZED);
                return exchange.getResponse().setComplete();
            };
        }
    }

    @RestController
    static class Charges {
        private final AtomicInteger charges = new AtomicInteger();

        @GetMapping("/charges")
        int count() {
            return charges.get();
        }

        @Idempotent
        @PostMapping("/charges")
        Mono<ResponseEntity<String>> charge(
                @RequestBody String body, @RequestHeader(name = "Test-Variant", defaultValue = "") String variant) {
            // A second of work: the checker asks meanwhile.
            Mono<Boolean> work =
                    variant.equals("slow") ? Mono.just(true).delayElement(Duration.ofSeconds(1)) : Mono.just(true);
            return work.map(done ->
                    variant.equals("refused") ? ResponseEntity.status(402).build() : charged(variant));
        }

        private ResponseEntity<String> charged(String variant) {
            int id = charges.incrementAndGet();
            return ResponseEntity.status(variant.equals("failing") ? 500 : 201)
                    .header("Location", "/charges/" + id)
                    .header("ETag", "\"" + id + "\"")
                    .header("X-Custom", "custom " + id)
                    .header("Set-Cookie", "session=" + id)
                    .header("X-Request-Id", "req_" + id)
                    .body("charge " + id + (variant.equals("large") ? "x".repeat(20_000) : ""));
        }
    }

    @Test
    void an_application_passes_every_case_that_its_settings_allow() {
        try (BootedReactive application = BootedReactive.start(
                Application.class, "--reprise.retention=" + RETENTION, "--reprise.max-response-body=10000B")) {
            URI uri = application.uri("/charges");
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
                    .allSatisfy(result -> assertThat(result.failed()).isFalse())
                    .extracting(CaseResult::id)
                    .containsExactlyInAnyOrderElementsOf(NOT_APPLICABLE);
        }
    }
}
