package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reprise.spring.boot.Idempotent.Guarantee;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Mistakes fail the start of a reactive application, too, and the failure says what to do. */
class ReactiveStartFailureTest {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Plain {
        @Idempotent
        @PostMapping("/plain")
        Mono<String> plain() {
            return Mono.just("done");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Forced {
        @Idempotent(guarantee = Guarantee.TRANSACTIONAL)
        @PostMapping("/forced")
        Mono<String> forced() {
            return Mono.just("done");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Reading {
        @Idempotent
        @GetMapping("/read")
        Mono<String> read() {
            return Mono.just("read");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Hidden {
        @PostMapping("/work")
        String work() {
            return inside();
        }

        @Idempotent
        private String inside() {
            return "done";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Lasting {
        @Idempotent(retention = "a while")
        @PostMapping("/long")
        Mono<String> work() {
            return Mono.just("done");
        }
    }

    /** An application, how it is started, and what its failure says: the trouble, and the cure. */
    record Case(Class<?> application, String argument, String trouble, String cure) {
        @Override
        public String toString() {
            return application.getSimpleName() + " " + argument;
        }
    }

    private static final String USUAL = "--server.port=0";

    static Stream<Case> mistakes() {
        return Stream.of(
                new Case(Forced.class, USUAL, "transactional guarantee in a reactive application", "Remove guarantee"),
                new Case(Reading.class, USUAL, "Reading.read has @Idempotent", "Remove"),
                new Case(Hidden.class, USUAL, "Hidden.inside", "handler method"),
                new Case(Lasting.class, USUAL, "Lasting.work", "24h"),
                new Case(Plain.class, BootedReactive.WITHOUT_DATABASE, "no DataSource and no OperationStore", "jdbc"));
    }

    private static FailureAnalysis failure(Class<?> application, String... arguments) {
        Throwable failure = catchThrowable(
                () -> BootedReactive.start(application, arguments).close());
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FailureAnalyzedException analyzed) {
                return analyzed.analysis();
            }
        }
        throw new AssertionError("No failure that was analysed", failure);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void a_mistake_is_named_with_its_cure(Case mistake) {
        FailureAnalysis analysis = failure(mistake.application(), mistake.argument());

        assertThat(analysis.getDescription()).contains(mistake.trouble());
        assertThat(analysis.getAction()).contains(mistake.cure());
    }

    @Test
    void a_filter_in_front_of_security_is_refused_S13() {
        FailureAnalysis analysis = failure(Plain.class, BootedReactive.WITH_SECURITY, "--reprise.filter-order=-100");

        assertThat(analysis.getDescription()).contains("before Spring Security");
        assertThat(analysis.getAction()).contains("reprise.filter-order");
    }

    @Test
    void what_is_turned_off_is_not_looked_at() throws Exception {
        try (BootedReactive application = BootedReactive.start(Forced.class, "--reprise.enabled=false")) {
            assertThat(application.post("/forced", "k", "").statusCode()).isEqualTo(200);
        }
    }
}
