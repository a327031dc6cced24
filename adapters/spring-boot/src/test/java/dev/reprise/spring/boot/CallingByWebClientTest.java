package dev.reprise.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.RetryReport;
import dev.reprise.client.StopReason;
import dev.reprise.client.spring.RetryInterceptor;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.registry.HttpServiceGroup;
import org.springframework.web.service.registry.ImportHttpServices;
import reactor.core.publisher.Mono;

/** The calls that an application makes of other services by WebClient. */
class CallingByWebClientTest {
    private static final String ENABLED = "--reprise.client.enabled=true";
    private static final String HOSTS = "--reprise.client.hosts=127.0.0.1";
    private static final String AT_ONCE = "--reprise.client.backoff=1ms";

    private final ScriptedServer payments = new ScriptedServer();

    @AfterEach
    void close() {
        payments.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        /** It stands in front of the retries, wherever it is declared. */
        @Bean
        WebClientCustomizer traced() {
            return builder -> builder.filter((request, next) -> next.exchange(ClientRequest.from(request)
                    .header("Trace", UUID.randomUUID().toString())
                    .build()));
        }
    }

    private static String charge(WebClient client, URI uri) {
        return String.valueOf(client.post()
                .uri(uri)
                .bodyValue("amount=10")
                .retrieve()
                .bodyToMono(String.class)
                .block());
    }

    private String charge(String... arguments) {
        try (Booted application = Booted.start(Application.class, arguments)) {
            return charge(application.bean(WebClient.Builder.class).build(), payments.uri("/charges"));
        }
    }

    @Test
    void a_call_whose_answer_was_lost_is_retried_with_its_key_and_other_filters_run_once_C1_C2() {
        payments.next(new Step.Reset(true));

        assertThat(charge(ENABLED, HOSTS, AT_ONCE)).isEqualTo("effect 1");

        assertThat(payments.effects()).isOne();
        assertThat(payments.received()).hasSize(2);
        Received first = payments.received().getFirst();
        assertThat(payments.received().getLast()).isEqualTo(first);
        assertThat(first.field("idempotency-key")).isPresent();
        assertThat(first.field("trace")).isPresent();
    }

    /** A service that does not know keys would execute the second attempt, too. */
    @Test
    void calls_to_other_hosts_and_those_of_who_wants_no_retries_are_left_alone() {
        for (String[] arguments :
                new String[][] {{}, {ENABLED, "--reprise.client.hosts=payments.example.com", AT_ONCE}}) {
            int before = payments.received().size();
            // Reactor Netty repeats what it could not send by a connection that it has had before; these are new.
            payments.next(new Step.Answer(503, "down"));
            assertThatThrownBy(() -> charge(arguments)).hasMessageContaining("503");
            assertThat(payments.received().subList(before, payments.received().size()))
                    .singleElement()
                    .extracting(request -> request.field("idempotency-key"))
                    .isEqualTo(Optional.empty());
        }
    }

    @Test
    void a_body_longer_than_the_property_says_is_sent_once_and_reported_C8() {
        payments.next(new Step.Reset(true));
        AtomicReference<@Nullable RetryReport> reported = new AtomicReference<>();
        try (Booted application =
                Booted.start(Application.class, ENABLED, HOSTS, AT_ONCE, "--reprise.client.max-body=8B")) {
            WebClient client = application.bean(WebClient.Builder.class).build();

            assertThatThrownBy(() -> client.post()
                            .uri(payments.uri("/charges"))
                            .attributes(RetryInterceptor.reportTo(reported::set))
                            .bodyValue("amount=10")
                            .retrieve()
                            .toBodilessEntity()
                            .block())
                    .isInstanceOf(WebClientRequestException.class);
        }

        assertThat(reported.get())
                .isNotNull()
                .satisfies(report -> assertThat(report.stop()).isEqualTo(StopReason.UNREPEATABLE_BODY));
        assertThat(payments.received()).hasSize(1);
    }

    @Test
    void a_setting_that_cannot_be_right_fails_the_start() {
        for (String wrong : new String[] {"--reprise.client.max-body=3GB", "--reprise.client.max-body=-1B"}) {
            assertThatThrownBy(() -> charge(ENABLED, HOSTS, wrong))
                    .hasStackTraceContaining("reprise.client.*")
                    .hasStackTraceContaining("ax");
        }
    }

    interface Payments {
        @PostExchange("/charges")
        Mono<String> charge(@RequestBody String amount);
    }

    /** A reactive application that answers with what the other service does. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @ImportHttpServices(types = Payments.class, clientType = HttpServiceGroup.ClientType.WEB_CLIENT)
    static class WithInterface extends BootedReactive.InMemory {
        @RestController
        static class Shop {
            private final Payments payments;

            Shop(Payments payments) {
                this.payments = payments;
            }

            @PostMapping("/orders")
            Mono<String> order() {
                return payments.charge("10");
            }
        }
    }

    @Test
    void an_http_interface_of_a_reactive_application_is_retried_too_C1_C2() throws Exception {
        payments.next(new Step.Reset(true));
        payments.next(new Step.Answer(503, "down"));
        try (BootedReactive application = BootedReactive.start(
                WithInterface.class,
                BootedReactive.WITHOUT_DATABASE,
                ENABLED,
                HOSTS,
                AT_ONCE,
                "--spring.http.serviceclient.default.base-url=" + payments.uri("/"))) {
            assertThat(application.post("/orders", "k", "").body()).isEqualTo("effect 1");
        }

        assertThat(payments.effects()).isOne();
        assertThat(payments.received()).hasSize(3);
    }
}
