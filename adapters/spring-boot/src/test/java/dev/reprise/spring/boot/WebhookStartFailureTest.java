package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationStore;
import dev.reprise.store.jdbc.SqlDialect;
import dev.reprise.store.jdbc.TableName;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.SharedServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A webhook that could tell nobody fails the start, and the failure says what to do. */
@ExtendWith(SharedServers.class)
class WebhookStartFailureTest {
    private static final String UNKNOWN = "--reprise.webhook.unknown=https://ops.example/unknown";
    private static final String WITHOUT_DATABASE = "--spring.autoconfigure.exclude="
            + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
            + Booted.WITHOUT_SECURITY_AND_JPA;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Empty {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class InMemory {
        @Bean
        OperationStore store() {
            return new MemoryStore();
        }
    }

    /** What a failure says of an application that is started like this: the trouble, and the cure. */
    record Case(Class<?> application, String trouble, String cure, List<String> arguments) {
        private Case(Class<?> application, String trouble, String cure, String... arguments) {
            this(application, trouble, cure, List.of(arguments));
        }

        @Override
        public String toString() {
            return String.join(" ", arguments);
        }
    }

    private static Case wrongUrl(String url, String trouble) {
        return new Case(
                Empty.class,
                "reprise.webhook.unknown cannot be right: " + trouble,
                "docs/monitoring/README.md",
                "--reprise.webhook.unknown=" + url);
    }

    static Stream<Case> mistakes() {
        return Stream.of(
                wrongUrl("http://ops.example/unknown?token=secret", "a receiver on another machine is called by https"),
                wrongUrl("https://ops.example/a secret", "It is no URL: Illegal character in path"),
                wrongUrl("https://user:secret@ops.example/", "a receiver has a host, and neither user information"),
                wrongUrl("", "a receiver has a host"),
                new Case(
                        Empty.class,
                        "reprise.webhook.authorization-file cannot be right: The file not-there cannot be read",
                        "Correct it",
                        UNKNOWN,
                        "--reprise.webhook.authorization-file=not-there"),
                new Case(
                        Empty.class,
                        "reprise.webhook.after cannot be right: A webhook waits from PT0S to PT720H",
                        "Correct it",
                        UNKNOWN,
                        "--reprise.webhook.after=31d"),
                new Case(
                        Empty.class,
                        "reprise.webhook.outbox cannot be right: The file cannot be made",
                        "Correct it",
                        UNKNOWN,
                        "--reprise.webhook.outbox=/not/there/webhook.db"),
                new Case(InMemory.class, "cannot wait in a MemoryStore", "reprise.webhook.outbox", UNKNOWN),
                new Case(
                        Empty.class,
                        "no DataSource and no OperationStore",
                        "remove the property",
                        UNKNOWN,
                        WITHOUT_DATABASE));
    }

    @Test
    void a_credential_that_everybody_may_read_is_refused(@TempDir Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "Bearer of a test\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));

        Throwable failure = catchThrowable(
                () -> Booted.start(Empty.class, UNKNOWN, "--reprise.webhook.authorization-file=" + secret)
                        .close());

        assertThat(analysis(failure).getDescription())
                .contains("reprise.webhook.authorization-file cannot be right", "may be read or written by others");
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void a_mistake_is_named_with_its_cure(Case mistake) {
        Throwable failure = catchThrowable(
                () -> Booted.start(mistake.application(), mistake.arguments().toArray(String[]::new))
                        .close());

        assertThat(analysis(failure).getDescription()).contains(mistake.trouble());
        assertThat(analysis(failure).getAction()).contains(mistake.cure());
        // It would be in the log, and in what is shown of it.
        assertThat(failure).hasStackTraceContaining("reprise.webhook");
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertThat(String.valueOf(cause.getMessage())).doesNotContain("secret");
        }
    }

    @Test
    void a_server_without_the_table_is_refused_with_the_command_that_prints_what_makes_it(PostgresServer server)
            throws Exception {
        String database = server.newDatabase();
        server.execute(database, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
        String source = "--spring.datasource.url=" + server.url(database);

        FailureAnalysis analysis = analysis(
                catchThrowable(() -> Booted.start(Empty.class, UNKNOWN, source).close()));

        assertThat(analysis.getDescription()).contains("The database has no outbox", "CREATE TABLE reprise_webhook");
        assertThat(analysis.getAction())
                .contains("\"reprise outbox list --database <the JDBC URL> --table reprise_webhook\"");
        // As an operator does it who is told what to run.
        String script = analysis.getDescription();
        server.execute(database, script.substring(script.indexOf("\n\n")));
        try (ScriptedServer receiver = new ScriptedServer();
                Booted application = Booted.start(
                        WebhookTest.Application.class,
                        source,
                        "--reprise.webhook.unknown=" + receiver.uri("/unknown"))) {
            application.post("/lost", "k", "");
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> !receiver.received().isEmpty());
            assertThat(application.rows("reprise_webhook")).isOne();
        }
    }

    private static FailureAnalysis analysis(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FailureAnalyzedException analyzed) {
                return analyzed.analysis();
            }
        }
        throw new AssertionError("No failure that was analysed", failure);
    }
}
