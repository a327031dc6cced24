package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.IdempotencyKey;
import dev.reprise.IdempotencyListener;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.Outcome;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.memory.MemoryStore;
import dev.reprise.outbox.Outbox;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.webhook.UnknownWebhook;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Somebody is told of the unknown outcomes of an application that says so by its properties (S15). */
class WebhookTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private final ScriptedServer receiver = new ScriptedServer();

    @AfterEach
    void close() {
        receiver.close();
    }

    @RestController
    static class Lost {
        @Idempotent(guarantee = Idempotent.Guarantee.LEASED)
        @PostMapping("/lost")
        String lose() {
            throw new IllegalStateException("The service is gone");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Lost.class)
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Lost.class, BootedReactive.InMemory.class})
    static class Reactive {}

    private String unknown() {
        return "--reprise.webhook.unknown=" + receiver.uri("/unknown?token=secret");
    }

    private List<Received> told(String key) {
        return receiver.received().stream()
                .filter(sent -> sent.body().contains("\"key\":\"" + key + "\""))
                .toList();
    }

    private void awaitTold(String key) {
        await().atMost(LIMIT).until(() -> !told(key).isEmpty());
    }

    @Test
    void somebody_is_told_once_of_an_unknown_outcome_of_an_endpoint() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "Bearer of a test\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        try (Booted application = Booted.start(
                Application.class,
                unknown(),
                "--reprise.webhook.authorization-file=" + secret,
                "--spring.application.name=shop")) {
            application.post("/lost", "k-1", "");
            assertThat(application.post("/lost", "k-1", "").body()).contains("outcome-unknown");
            awaitTold("k-1");
            // Whoever tells of this one has looked at the other once more.
            application.post("/lost", "k-2", "");
            awaitTold("k-2");

            assertThat(receiver.received()).hasSize(2);
            Received message = told("k-1").getFirst();
            assertThat(message.body())
                    .contains("\"event\":\"outcome-unknown\"", "\"route\":\"/lost\"", "\"principal\":\"anonymous\"");
            assertThat(message.target()).isEqualTo("/unknown?token=secret");
            assertThat(message.field("authorization")).hasValue("Bearer of a test");
            assertThat(message.field("user-agent")).hasValue("Reprise (shop)");
            assertThat(application.rows("reprise_webhook")).isEqualTo(2);
            // What every engine of the application is given.
            assertThat(application
                            .context()
                            .getBeansOfType(IdempotencyListener.class)
                            .values())
                    .hasAtLeastOneElementOfType(WebhookWork.class);
        }
    }

    @Test
    void it_hears_what_engines_tell_it() {
        MemoryStore store = new MemoryStore();
        try (HttpClient client = HttpClient.newHttpClient()) {
            WebhookWork work = new WebhookWork(UnknownWebhook.of(
                            store, Outbox.inFile(folder.resolve("heard.db")), client, receiver.uri("/unknown"))
                    .interval(Duration.ofDays(1)));
            try (IdempotencyEngine engine =
                    IdempotencyEngine.over(store).listener(work).build()) {
                lose(engine, "before");
                work.start();
                // The only look at the store of this day is over.
                awaitTold("before");

                lose(engine, "heard");

                awaitTold("heard");
            } finally {
                work.stop();
            }
        }
    }

    private static void lose(IdempotencyEngine engine, String key) {
        Operation operation = new Operation(
                new OperationId(new Scope("alice", "/charges"), new IdempotencyKey(key)),
                RequestFingerprint.Source.of(new RequestFingerprint(1, new byte[] {1})),
                OperationPolicy.DEFAULT);
        Response lost = new Response(502, Headers.EMPTY, Body.EMPTY);
        engine.execute(operation, execution -> new Outcome.Uncertain(lost, "The service is gone"));
    }

    @Test
    void an_application_that_is_reactive_and_has_no_database_names_a_file() throws Exception {
        Path outbox = folder.resolve("webhook.db");
        try (BootedReactive application = BootedReactive.start(
                Reactive.class, BootedReactive.WITHOUT_DATABASE, unknown(), "--reprise.webhook.outbox=" + outbox)) {
            application.post("/lost", "k", "");
            awaitTold("k");
        }

        assertThat(Files.getPosixFilePermissions(outbox)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(told("k")).hasSize(1);
    }

    @Test
    void it_ends_with_the_application_and_may_be_started_again_before() throws Exception {
        WebhookWork work;
        try (Booted application = Booted.start(Application.class, unknown())) {
            work = application.bean(WebhookWork.class);
            assertThat(work.isRunning()).isTrue();
            work.stop();
            assertThat(work.isRunning()).isFalse();
            application.post("/lost", "k", "");
            work.start();
            awaitTold("k");
        }

        assertThat(work.isRunning()).isFalse();
    }

    @Test
    void an_outbox_that_cannot_be_worked_with_is_told_to_operators() {
        try (Booted application = Booted.start(Application.class, unknown())) {
            HealthIndicator indicator = application.context().getBean("repriseHealthIndicator", HealthIndicator.class);
            assertThat(indicator.health()).isEqualTo(Health.up().build());

            application.jdbc().execute("DROP TABLE reprise_webhook");

            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(String.valueOf(indicator.health()))
                            .contains("DOWN", "Nobody is told of unknown outcomes: The outbox has failed"));
        }
    }

    @Test
    void there_is_none_unless_the_application_wants_it() {
        try (Booted application = Booted.start(Application.class)) {
            assertThat(application.context().getBeanNamesForType(WebhookWork.class))
                    .isEmpty();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class WithOwn {
        @Bean(destroyMethod = "shutdownNow")
        HttpClient client() {
            return HttpClient.newHttpClient();
        }

        @Bean(initMethod = "start")
        UnknownWebhook own(OperationStore store, DataSource source, HttpClient client, ScriptedServer receiver) {
            return UnknownWebhook.of(store, Outbox.in(source::getConnection, "own"), client, receiver.uri("/own"))
                    .build();
        }

        @Bean
        ScriptedServer receiver() {
            return new ScriptedServer();
        }
    }

    @Test
    void one_of_the_application_replaces_it() throws Exception {
        try (Booted application = Booted.start(WithOwn.class, unknown())) {
            application.post("/lost", "k", "");
            ScriptedServer own = application.bean(ScriptedServer.class);
            await().atMost(LIMIT).until(() -> !own.received().isEmpty());

            assertThat(application.context().getBeanNamesForType(WebhookWork.class))
                    .isEmpty();
            assertThat(receiver.received()).isEmpty();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class WithClient {
        @Bean(destroyMethod = "shutdownNow")
        HttpClient client() {
            return HttpClient.newHttpClient();
        }

        @Bean
        OperationStore store() {
            return new MemoryStore();
        }
    }

    @Test
    void its_client_and_its_outbox_are_nobody_elses() {
        try (Booted application =
                Booted.start(WithClient.class, unknown(), "--reprise.webhook.outbox=" + folder.resolve("webhook.db"))) {
            assertThat(application.context().getBeanProvider(HttpClient.class).getIfAvailable())
                    .isSameAs(application.context().getBean("client"));
            assertThat(application.context().getBeanNamesForType(Outbox.class)).isEmpty();
        }
    }
}
