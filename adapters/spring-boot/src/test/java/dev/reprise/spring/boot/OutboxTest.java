package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.outbox.Deliverer;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxRequest;
import dev.reprise.outbox.OutboxState;
import dev.reprise.testkit.ScriptedServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.annotation.Transactional;

/** The outbox in the database of an application, in its transactions. */
class OutboxTest {
    private static final String ENABLED = "--reprise.outbox.enabled=true";

    private final ScriptedServer payments = new ScriptedServer();

    @AfterEach
    void close() {
        payments.close();
    }

    static class Invoices {
        private final JdbcTemplate jdbc;
        private final DataSource source;
        private final Outbox outbox;

        Invoices(JdbcTemplate jdbc, DataSource source, Outbox outbox) {
            this.jdbc = jdbc;
            this.source = source;
            this.outbox = outbox;
        }

        @Transactional
        public void pay(String invoice, URI charges) throws SQLException {
            jdbc.update("INSERT INTO invoices VALUES (?)", invoice);
            outbox.add(
                    DataSourceUtils.getConnection(source),
                    new OutboxRequest(
                            new IdempotencyKey("invoice-" + invoice),
                            "POST",
                            charges,
                            Map.of("Content-Type", "application/json"),
                            "{}".getBytes(StandardCharsets.UTF_8),
                            Instant.now().plus(Duration.ofDays(1))));
            if (invoice.equals("wrong")) {
                throw new IllegalArgumentException("No such invoice");
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        Invoices invoices(JdbcTemplate jdbc, DataSource source, Outbox outbox) {
            return new Invoices(jdbc, source, outbox);
        }
    }

    @Test
    void what_a_transaction_has_stored_is_delivered_if_it_commits_and_only_then() throws Exception {
        try (Booted application = Booted.start(Application.class, ENABLED, "--reprise.outbox.interval=20ms")) {
            application.jdbc().execute("CREATE TABLE invoices (id VARCHAR(20))");
            Invoices invoices = application.bean(Invoices.class);

            assertThatThrownBy(() -> invoices.pay("wrong", payments.uri("/charges")))
                    .hasMessage("No such invoice");
            invoices.pay("4711", payments.uri("/charges"));

            Outbox outbox = application.bean(Outbox.class);
            await().untilAsserted(() ->
                    assertThat(outbox.list(OutboxState.DELIVERED, 10)).hasSize(1));
            assertThat(outbox.find(new IdempotencyKey("invoice-wrong"))).isEmpty();
            assertThat(application.rows("invoices")).isOne();
            assertThat(payments.received())
                    .singleElement()
                    .satisfies(request -> assertThat(
                                    request.field("idempotency-key").orElseThrow())
                            .contains("invoice-4711"));
        }
    }

    @Test
    void it_is_closed_with_the_application() {
        Deliverer deliverer;
        try (Booted application = Booted.start(WithoutInvoices.class, ENABLED)) {
            deliverer = application.bean(Deliverer.class);
            assertThat(deliverer.health().working()).isTrue();
        }

        assertThat(deliverer.health().working()).isFalse();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class WithoutInvoices {}

    @Test
    void there_is_none_unless_the_application_wants_it() {
        try (Booted application = Booted.start(WithoutInvoices.class)) {
            assertThat(application.context().getBeanNamesForType(Outbox.class)).isEmpty();
            assertThat(application.context().getBeanNamesForType(Deliverer.class))
                    .isEmpty();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class WithClient {
        @Bean(destroyMethod = "shutdownNow")
        HttpClient client() {
            return HttpClient.newHttpClient();
        }
    }

    @Test
    void its_client_is_nobody_elses() {
        try (Booted application = Booted.start(WithClient.class, ENABLED)) {
            assertThat(application.context().getBeanProvider(HttpClient.class).getIfAvailable())
                    .isSameAs(application.context().getBean("client"));
        }
    }

    @Test
    void a_setting_that_cannot_be_right_fails_the_start() {
        assertThatThrownBy(() -> Booted.start(WithoutInvoices.class, ENABLED, "--reprise.outbox.lease=1s"))
                .hasStackTraceContaining("reprise.outbox.*")
                .hasStackTraceContaining("lease (PT1S)");
    }
}
