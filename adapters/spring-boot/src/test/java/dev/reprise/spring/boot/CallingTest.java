package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.Retries;
import dev.reprise.client.RetryPolicy;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.registry.ImportHttpServices;

/** The calls that an application makes of other services. */
class CallingTest {
    private static final String ENABLED = "--reprise.client.enabled=true";
    private static final String HOSTS = "--reprise.client.hosts=127.0.0.1";

    private final ScriptedServer payments = new ScriptedServer();

    @AfterEach
    void close() {
        payments.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    private Booted start(Class<?> application, String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--spring.http.serviceclient.default.base-url=" + payments.uri("/");
        return Booted.start(application, all);
    }

    private String charge(Booted application) {
        RestClient client = application.bean(RestClient.Builder.class).build();
        return String.valueOf(client.post()
                .uri(payments.uri("/charges"))
                .body("amount=10")
                .retrieve()
                .body(String.class));
    }

    @Test
    void a_call_whose_answer_was_lost_is_retried_with_its_key_C1_C2() {
        payments.next(new Step.Reset(true));
        try (Booted application = start(Application.class, ENABLED, HOSTS)) {
            assertThat(charge(application)).isEqualTo("effect 1");
        }

        assertThat(payments.effects()).isOne();
        assertThat(payments.received())
                .hasSize(2)
                .extracting(request -> request.field("idempotency-key").orElseThrow())
                .containsOnly(
                        payments.received().getFirst().field("idempotency-key").orElseThrow());
    }

    @Test
    void nothing_is_retried_unless_the_application_wants_it() {
        payments.next(new Step.Reset(false));
        try (Booted application = start(Application.class)) {
            assertThatThrownBy(() -> charge(application)).isInstanceOf(ResourceAccessException.class);
            assertThat(application.context().getBeanNamesForType(Retries.class)).isEmpty();
        }

        assertThat(payments.received())
                .singleElement()
                .extracting(request -> request.field("idempotency-key"))
                .isEqualTo(Optional.empty());
    }

    /** A service that does not know keys would execute the second attempt, too. */
    @Test
    void calls_to_other_hosts_are_left_alone() {
        payments.next(new Step.Reset(true));
        try (Booted application = start(Application.class, ENABLED, "--reprise.client.hosts=payments.example.com")) {
            assertThatThrownBy(() -> charge(application)).isInstanceOf(ResourceAccessException.class);
        }

        assertThat(payments.received())
                .singleElement()
                .extracting(request -> request.field("idempotency-key"))
                .isEqualTo(Optional.empty());
    }

    @Test
    void a_star_stands_for_all_hosts() {
        try (Booted application = start(Application.class, ENABLED, "--reprise.client.hosts=*")) {
            charge(application);
        }

        assertThat(payments.received().getFirst().field("idempotency-key")).isPresent();
    }

    @Test
    void the_application_has_to_say_which_services_know_keys() {
        assertThatThrownBy(() -> start(Application.class, ENABLED))
                .rootCause()
                .hasMessageContaining("nothing says which services know idempotency keys");
    }

    @Test
    void a_setting_that_cannot_be_right_fails_the_start() {
        assertThatThrownBy(() -> start(Application.class, ENABLED, HOSTS, "--reprise.client.max-attempts=0"))
                .hasStackTraceContaining("reprise.client.*")
                .hasStackTraceContaining("maxAttempts");
    }

    @Test
    void the_properties_say_how_often_and_with_which_keys() {
        payments.next(new Step.Reset(false));
        payments.next(new Step.Reset(false));
        try (Booted application = start(
                Application.class,
                ENABLED,
                HOSTS,
                "--reprise.client.max-attempts=2",
                "--reprise.client.deadline=5s",
                "--reprise.client.backoff=1ms",
                "--reprise.client.max-backoff=1ms",
                "--reprise.client.profile=stripe")) {
            assertThatThrownBy(() -> charge(application)).isInstanceOf(ResourceAccessException.class);
        }

        assertThat(payments.received())
                .hasSize(2)
                .allSatisfy(
                        request -> assertThat(request.field("idempotency-key").orElseThrow())
                                .doesNotContain("\""));
    }

    @Test
    void the_defaults_are_those_of_the_considerate_policy() {
        RetryProperties unset =
                new Binder(new MapConfigurationPropertySource()).bindOrCreate("reprise.client", RetryProperties.class);
        RetryPolicy usual = RetryPolicy.considerate();

        assertThat(unset.enabled()).isFalse();
        assertThat(unset.maxAttempts()).isEqualTo(usual.maxAttempts());
        assertThat(unset.deadline()).isEqualTo(usual.deadline());
        assertThat(unset.retention()).isEqualTo(usual.retention());
        assertThat(unset.backoff()).isEqualTo(Duration.ofMillis(200));
        assertThat(unset.maxBackoff()).isEqualTo(Duration.ofSeconds(20));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class WithRetriesOfItsOwn {
        @Bean
        Retries retries() {
            return Retries.builder()
                    .policy(RetryPolicy.considerate().withMaxAttempts(1))
                    .build();
        }

        @Bean
        RestClientCustomizer before() {
            return builder -> builder.requestInterceptor((request, body, execution) -> {
                request.getHeaders().add("Trace", UUID.randomUUID().toString());
                return execution.execute(request, body);
            });
        }
    }

    @Test
    void retries_of_the_application_replace_those_of_the_properties() {
        payments.next(new Step.Reset(false));
        try (Booted application = start(WithRetriesOfItsOwn.class, ENABLED, HOSTS, "--reprise.client.max-attempts=3")) {
            assertThatThrownBy(() -> charge(application)).isInstanceOf(ResourceAccessException.class);
        }

        assertThat(payments.received()).hasSize(1);
    }

    interface Payments {
        @PostExchange("/charges")
        String charge(@RequestBody String amount);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @ImportHttpServices(types = Payments.class)
    static class WithInterface {}

    @Test
    void an_http_interface_is_retried_too_C1_C2() {
        payments.next(new Step.Reset(true));
        try (Booted application = start(WithInterface.class, ENABLED, HOSTS)) {
            assertThat(application.bean(Payments.class).charge("10")).isEqualTo("effect 1");
        }

        assertThat(payments.effects()).isOne();
        assertThat(payments.received()).hasSize(2);
    }

    static class Shop {
        private final RestClient client;

        Shop(RestClient.Builder builder) {
            this.client = builder.build();
        }

        @Retryable(maxRetries = 3, delay = 1)
        public String chargeAnew(URI charges) {
            return String.valueOf(
                    client.post().uri(charges).body("amount=10").retrieve().body(String.class));
        }

        @Retryable(maxRetries = 3, delay = 1)
        public String charge(URI charges, String key) {
            return String.valueOf(client.post()
                    .uri(charges)
                    .header("Idempotency-Key", "\"" + key + "\"")
                    .body("amount=10")
                    .retrieve()
                    .body(String.class));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableResilientMethods
    static class Resilient {
        @Bean
        Shop shop(RestClient.Builder builder) {
            return new Shop(builder);
        }
    }

    private Booted resilient() {
        payments.next(new Step.Reset(true));
        return start(Resilient.class, ENABLED, HOSTS, "--reprise.client.max-attempts=1");
    }

    /** What is not to be done: each run of the method is a new call, with a new key. */
    @Test
    void a_method_that_is_run_again_and_leaves_the_key_to_the_client_charges_twice() {
        try (Booted application = resilient()) {
            application.bean(Shop.class).chargeAnew(payments.uri("/charges"));
        }

        assertThat(payments.effects()).isEqualTo(2);
    }

    @Test
    void a_method_that_is_run_again_with_the_key_of_its_caller_charges_once_C1() {
        try (Booted application = resilient()) {
            String key = UUID.randomUUID().toString();
            assertThat(application.bean(Shop.class).charge(payments.uri("/charges"), key))
                    .isEqualTo("effect 1");
        }

        assertThat(payments.effects()).isOne();
        assertThat(payments.received()).extracting(Received::method).containsExactly("POST", "POST");
    }
}
