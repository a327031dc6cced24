package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.TransactionalEngine;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationStore;
import dev.reprise.spring.SpringTransactions;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What else an application may have, or not have. */
@ExtendWith(SharedServers.class)
class OtherSurroundingsTest {
    @RestController
    static class Work {
        @Idempotent
        @PostMapping("/work")
        String work() {
            return "worked";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Eager {
        private final TransactionalEngine<?> engine;

        /** Asks for the engine while beans are still made. */
        Eager(TransactionalEngine<?> engine) {
            this.engine = engine;
        }

        @Idempotent
        @PostMapping("/work")
        String work() {
            return "worked, " + engine.problems();
        }
    }

    @Test
    void the_table_may_come_from_the_scripts_with_which_the_application_initialises_its_database(PostgresServer server)
            throws Exception {
        String scripts = "classpath:dev/reprise/store/jdbc/postgresql/V";
        try (Booted application = Booted.start(
                Eager.class,
                "--spring.sql.init.mode=always",
                "--spring.sql.init.schema-locations=" + scripts + "1__reprise.sql," + scripts + "2__reprise.sql",
                "--spring.datasource.url=" + server.url(server.newDatabase()))) {
            assertThat(application.post("/work", "k", "").body()).isEqualTo("worked, []");
            assertThat(Booted.isReplay(application.post("/work", "k", ""))).isTrue();
        }
    }

    @Test
    void an_application_without_jdbc_transactions_and_the_console_starts_with_a_store_of_its_own() {
        new WebApplicationContextRunner()
                .withClassLoader(new FilteredClassLoader(
                        "org.springframework.jdbc",
                        "org.springframework.transaction",
                        "org.springframework.boot.jdbc",
                        "org.springframework.boot.sql",
                        "dev.reprise.spring.SpringTransactions",
                        "dev.reprise.console"))
                .withConfiguration(AutoConfigurations.of(
                        DispatcherServletAutoConfiguration.class,
                        WebMvcAutoConfiguration.class,
                        RepriseAutoConfiguration.class))
                .withBean(OperationStore.class, MemoryStore::new)
                .withBean(Work.class)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(IdempotentEndpoints.class)
                        .doesNotHaveBean(TransactionalEngine.class));
    }

    @Test
    void transactions_of_jta_are_refused() {
        assertThatThrownBy(() -> SpringTransactions.of(new JtaTransactionManager(), new DriverManagerDataSource()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("JTA")
                .hasMessageContaining("leased guarantee");
    }
}
