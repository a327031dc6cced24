package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Configuration;

/** A console that nobody could use, or that would be where it should not, fails the start. */
class ConsoleStartFailureTest {
    private static final String OPERATORS = "--reprise.console.operator-authority=ROLE_OPERATOR";
    private static final String WITHOUT_DATABASE = "--spring.autoconfigure.exclude="
            + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
            + Booted.WITHOUT_SECURITY_AND_JPA;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Empty {}

    /** What a failure says of an application that is started like this: the trouble, and the cure. */
    record Case(String trouble, String cure, List<String> arguments) {
        private Case(String trouble, String cure, String... arguments) {
            this(trouble, cure, List.of(arguments));
        }

        @Override
        public String toString() {
            return String.join(" ", arguments);
        }
    }

    static Stream<Case> mistakes() {
        return Stream.of(
                new Case("nobody could sign in", "reprise.console.operator-authority"),
                new Case("nobody could sign in", "reprise.console.users", "--reprise.console.operator-authority="),
                new Case("cannot be read", "docs/console.md", "--reprise.console.users=not-there"),
                new Case("\"/\" is no place", "docs/console.md", OPERATORS, "--reprise.console.path=/"),
                new Case("would take all requests", "docs/console.md", OPERATORS, "--reprise.console.path="),
                new Case("\"ops\" is no place", "docs/console.md", OPERATORS, "--reprise.console.path=ops"),
                new Case(
                        "/not/there/audit",
                        "docs/console.md",
                        OPERATORS,
                        "--reprise.console.audit-file=/not/there/audit"),
                new Case("no DataSource and no OperationStore", "remove the property", OPERATORS, WITHOUT_DATABASE));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void a_mistake_is_named_with_its_cure(Case mistake) {
        FailureAnalysis analysis = failure(catchThrowable(() ->
                Booted.start(Empty.class, enabledWith(mistake.arguments())).close()));

        assertThat(analysis.getDescription()).contains(mistake.trouble());
        assertThat(analysis.getAction()).contains(mistake.cure());
    }

    private static String[] enabledWith(List<String> arguments) {
        return Stream.concat(Stream.of("--reprise.console.enabled=true"), arguments.stream())
                .toArray(String[]::new);
    }

    static Stream<Case> mistakesInReactiveApplications() {
        return Stream.of(
                new Case("nobody could sign in", "reprise.console.operator-authority"),
                new Case("cannot be read", "docs/console.md", "--reprise.console.users=not-there"),
                new Case(
                        "\"ops\" is no place",
                        "docs/console.md",
                        OPERATORS,
                        "--reprise.console.path=ops",
                        "--spring.webflux.base-path=/shop"),
                new Case(
                        "no DataSource and no OperationStore",
                        "remove the property",
                        OPERATORS,
                        BootedReactive.WITHOUT_DATABASE));
    }

    @ParameterizedTest
    @MethodSource("mistakesInReactiveApplications")
    void a_reactive_application_names_them_too(Case mistake) {
        FailureAnalysis analysis =
                failure(catchThrowable(() -> BootedReactive.start(Empty.class, enabledWith(mistake.arguments()))
                        .close()));

        assertThat(analysis.getDescription()).contains(mistake.trouble());
        assertThat(analysis.getAction()).contains(mistake.cure());
    }

    @Test
    void authorities_that_nobody_could_have_are_refused() {
        ConsoleProperties properties =
                new ConsoleProperties(true, "/console", null, "ROLE_OPERATOR", null, false, false, Set.of(), null);

        FailureAnalysis analysis =
                failure(catchThrowable(() -> ReactiveConsole.requireKnown(properties, new ReactiveSecurity.Missing())));

        assertThat(analysis.getDescription()).contains("Spring Security");
        assertThat(analysis.getAction()).contains("reprise.console.users");
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
