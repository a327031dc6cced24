package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.OperationId;
import dev.reprise.Scope;
import dev.reprise.console.audit.AuditLog;
import dev.reprise.console.audit.AuditView;
import dev.reprise.console.audit.FileAuditLog;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationStore;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** What operators do by Actuator is in the audit of the application, where it has one. */
class OperatorAuditTest {
    private static final String EXPOSED = "management.endpoints.web.exposure.include=reprise";

    @TempDir
    private Path folder;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        OperationStore store() {
            return new MemoryStore();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class WithAudit {
        @Bean
        AuditLog audit(@Value("${audit}") Path file) {
            return new FileAuditLog(file, InstantSource.system());
        }
    }

    @Test
    void that_of_the_application_has_a_row_without_a_console() throws Exception {
        assertThat(releasedIn(WithAudit.class, "--audit=" + folder.resolve("audit")))
                .isEqualTo("olga release k: it failed, ended");
    }

    @Test
    void that_of_the_console_has_a_row() throws Exception {
        assertThat(releasedIn(
                        Application.class,
                        "--reprise.console.enabled=true",
                        "--reprise.console.operator-authority=OPERATOR",
                        "--reprise.console.audit-file=" + folder.resolve("audit")))
                .isEqualTo("olga release k: it failed, ended");
    }

    private static String releasedIn(Class<?> application, String... properties) throws Exception {
        String[] all = new String[properties.length + 1];
        all[0] = "--" + EXPOSED;
        System.arraycopy(properties, 0, all, 1, properties.length);
        try (Booted booted = Booted.start(application, all)) {
            OperationStore store = booted.bean(OperationStore.class);
            OperationId id = ReconcilingTest.unknown(store, new Scope("anonymous", "/charges"), "k");
            SeenOperation seen = SeenOperation.of(store.find(id).orElseThrow(), null, null, Instant.now());

            HttpResponse<String> released = booted.send(booted.request(
                            "/actuator/reprise/" + seen.id() + "?token=" + seen.token() + "&by=olga&reason=it%20failed")
                    .DELETE());

            assertThat(released.statusCode()).as(released.body()).isEqualTo(200);
            AuditView row =
                    booted.bean(AuditLog.class).latest(null, 2).entries().getFirst();
            return "%s %s %s: %s, %s".formatted(row.by(), row.action(), row.key(), row.reason(), row.outcome());
        }
    }

    @Test
    void the_endpoint_needs_no_console() {
        new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DispatcherServletAutoConfiguration.class,
                        WebMvcAutoConfiguration.class,
                        EndpointAutoConfiguration.class,
                        RepriseAutoConfiguration.class))
                .withUserConfiguration(BootedReactive.InMemory.class)
                .withClassLoader(new FilteredClassLoader("dev.reprise.console"))
                .withPropertyValues(EXPOSED)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(OperatorEndpoint.class)
                        .doesNotHaveBean(OperatorAudit.class));
    }
}
