package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Reconciler;
import dev.reprise.encryption.Keyring;
import dev.reprise.encryption.LocalKeyring;
import dev.reprise.spring.boot.Idempotent.Guarantee;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Mistakes fail the start, and the failure says what to do. */
@ExtendWith(SharedServers.class)
class StartFailureTest {
    @RestController
    static class Plain {
        @Idempotent
        @PostMapping("/plain")
        String plain() {
            return "done";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Plain.class)
    static class PlainApplication {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class LaterApplication {
        @Idempotent
        @PostMapping("/later")
        Callable<String> later() {
            return () -> "never";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class ReadingApplication {
        @Idempotent
        @GetMapping("/read")
        String read() {
            return "read";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class PrivateApplication {
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
    static class LongApplication {
        @Idempotent(retention = "a while")
        @PostMapping("/long")
        String work() {
            return "done";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class SharingApplication {
        @Idempotent(name = "same")
        @PostMapping("/one")
        String one() {
            return "done";
        }

        @Idempotent(name = "same", guarantee = Guarantee.LEASED)
        @PostMapping("/other")
        String other() {
            return "done";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class ForcedApplication {
        @Idempotent(guarantee = Guarantee.TRANSACTIONAL)
        @PostMapping("/forced")
        String forced() {
            return "done";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class AskingNobody {
        @Idempotent(guarantee = Guarantee.LEASED, reconciler = "bank")
        @PostMapping("/asking")
        String ask() {
            return "done";
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class AskingInVain {
        @Bean
        Reconciler bank() {
            return (operation, unknownFor) -> new Reconciler.Finding.DidNotHappen();
        }

        @Idempotent(reconciler = "bank")
        @PostMapping("/asking")
        String ask() {
            return "done";
        }
    }

    private static HikariDataSource database(String name) {
        HikariDataSource source = new HikariDataSource();
        source.setJdbcUrl("jdbc:h2:mem:" + name);
        return source;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Plain.class)
    static class TwoKeyrings {
        @Bean
        Keyring first() {
            return LocalKeyring.of(LocalKeyring.newLine("first"));
        }

        @Bean
        Keyring second() {
            return LocalKeyring.of(LocalKeyring.newLine("second"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Plain.class)
    static class TwoSources {
        @Bean
        DataSource first() {
            return database("first");
        }

        @Bean
        DataSource second() {
            return database("second");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Plain.class)
    static class TwoManagers {
        @Bean
        PlatformTransactionManager first(DataSource source) {
            return new DataSourceTransactionManager(source);
        }

        @Bean
        PlatformTransactionManager second(DataSource source) {
            return new DataSourceTransactionManager(source);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Plain.class)
    static class ForeignManager {
        @Bean
        PlatformTransactionManager manager() {
            return new DataSourceTransactionManager(database("foreign"));
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
    private static final String WITHOUT_DATABASE = "--spring.autoconfigure.exclude="
            + "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
            + "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration";

    static Stream<Case> mistakes() {
        return Stream.of(
                new Case(LaterApplication.class, USUAL, "LaterApplication.later answers by", "Guarantee.LEASED"),
                new Case(ReadingApplication.class, USUAL, "ReadingApplication.read has @Idempotent", "Remove"),
                new Case(PrivateApplication.class, USUAL, "PrivateApplication.inside", "handler method"),
                new Case(LongApplication.class, USUAL, "LongApplication.work", "24h"),
                new Case(SharingApplication.class, USUAL, "share the keys of same", "name of its own"),
                new Case(AskingNobody.class, USUAL, "no bean of Reconciler with the name bank", "Correct it"),
                new Case(AskingInVain.class, USUAL, "AskingInVain.ask names a reconciler", "Guarantee.LEASED"),
                new Case(TwoSources.class, USUAL, "more than one DataSource", "@Primary"),
                new Case(TwoManagers.class, USUAL, "more than one PlatformTransactionManager", "@Primary"),
                new Case(ForeignManager.class, USUAL, "does not open transactions on the DataSource", "@Primary"),
                new Case(PlainApplication.class, "--reprise.table=no-table", "reprise.table", "schema.table"),
                new Case(
                        PlainApplication.class,
                        "--reprise.encryption.keys=short",
                        "has no key in line 1",
                        "32 random bytes"),
                new Case(
                        PlainApplication.class,
                        "--reprise.unrecorded-members=card.number",
                        "JSON Pointer, as in /card/number",
                        "Correct it"),
                new Case(TwoKeyrings.class, USUAL, "more than one Keyring", "@Primary"),
                new Case(PlainApplication.class, "--reprise.encryption.refuse-plain=true", "no keys", "key-file"),
                new Case(PlainApplication.class, WITHOUT_DATABASE, "no DataSource and no OperationStore", "jdbc"),
                new Case(ForcedApplication.class, WITHOUT_DATABASE, "transactional guarantee", "starter-jdbc"));
    }

    private static FailureAnalysis failure(Class<?> application, String... arguments) {
        Throwable failure =
                catchThrowable(() -> Booted.start(application, arguments).close());
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
        FailureAnalysis analysis = failure(PlainApplication.class, Booted.WITH_SECURITY, "--reprise.filter-order=-100");

        assertThat(analysis.getDescription()).contains("before Spring Security");
        assertThat(analysis.getAction()).contains("reprise.filter-order");
    }

    @Test
    void a_server_without_the_table_is_refused_with_the_script_that_makes_it(PostgresServer server) {
        FailureAnalysis analysis =
                failure(PlainApplication.class, "--spring.datasource.url=" + server.url(server.newDatabase()));

        assertThat(analysis.getDescription()).contains("has no table reprise_operation");
        assertThat(analysis.getAction()).contains("V1__reprise.sql", "Flyway", "Liquibase");
    }

    @Test
    void what_is_turned_off_is_not_looked_at() throws Exception {
        try (Booted application = Booted.start(LaterApplication.class, "--reprise.enabled=false")) {
            assertThat(application.post("/later", "k", "").statusCode()).isEqualTo(200);
        }
    }
}
