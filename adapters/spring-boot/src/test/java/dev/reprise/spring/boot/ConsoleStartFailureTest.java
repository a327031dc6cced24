package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Configuration;

/** A console that nobody could use, or that would be where it should not, fails the start. */
class ConsoleStartFailureTest {
    private static final String OPERATORS = "--reprise.console.operator-authority=ROLE_OPERATOR";

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Empty {}

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of("--server.port=0", "nobody could sign in", "reprise.console.operator-authority"),
                Arguments.of(
                        "--reprise.console.operator-authority=", "nobody could sign in", "reprise.console.users"),
                Arguments.of("--reprise.console.users=not-there", "not-there cannot be read", "docs/console.md"),
                Arguments.of("--reprise.console.path=/", "\"/\" is no place", "docs/console.md"),
                Arguments.of("--reprise.console.path=", "would take all requests", "docs/console.md"),
                Arguments.of("--reprise.console.path=ops", "\"ops\" is no place", "docs/console.md"),
                Arguments.of("--reprise.console.audit-file=/not/there/audit", "/not/there/audit", "docs/console.md"),
                Arguments.of(
                        "--spring.autoconfigure.exclude="
                                + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
                                + Booted.WITHOUT_SECURITY_AND_JPA,
                        "no DataSource and no OperationStore",
                        "remove the property"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void a_mistake_is_named_with_its_cure(String argument, String trouble, String cure) {
        boolean aboutUsers = argument.contains("users") || argument.contains("operator") || argument.contains("port");
        FailureAnalysis analysis = failure(catchThrowable(() -> Booted.start(
                        Empty.class,
                        "--reprise.console.enabled=true",
                        argument,
                        aboutUsers ? "--spring.main.banner-mode=off" : OPERATORS)
                .close()));

        assertThat(analysis.getDescription()).contains(trouble);
        assertThat(analysis.getAction()).contains(cure);
    }

    @Test
    void a_reactive_application_has_no_place_for_it() {
        FailureAnalysis analysis = failure(catchThrowable(
                () -> BootedReactive.start(Empty.class, "--reprise.console.enabled=true", OPERATORS)
                        .close()));

        assertThat(analysis.getDescription()).contains("reactive");
    }

    private static FailureAnalysis failure(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FailureAnalyzedException analyzed) {
                return analyzed.analysis();
            }
        }
        throw new AssertionError("No failure that was analysed", failure);
    }
}
