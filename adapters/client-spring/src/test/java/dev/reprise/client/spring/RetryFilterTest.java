package dev.reprise.client.spring;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.Retries;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryReport;
import dev.reprise.testkit.RetryingClientContract;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;

/** The contract of all retrying clients, by WebClient on two of its connectors. */
class RetryFilterTest {
    abstract static class Contract extends RetryingClientContract {
        private final ClientHttpConnector connector;

        private Contract(ClientHttpConnector connector) {
            this.connector = connector;
        }

        @Override
        protected Called post(URI uri, String body) throws Exception {
            Retries retries = Retries.builder()
                    .policy(RetryPolicy.considerate().withMaxAttempts(4))
                    .timer(delay -> CompletableFuture.completedFuture(null))
                    .build();
            AtomicReference<@Nullable RetryReport> reported = new AtomicReference<>();
            WebClient client = WebClient.builder()
                    .filter(new RetryFilter(retries))
                    .clientConnector(connector)
                    .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(1 << 20))
                    .build();
            try {
                return Objects.requireNonNull(client.post()
                        .uri(uri)
                        .attributes(RetryInterceptor.reportTo(reported::set))
                        .bodyValue(body)
                        .exchangeToMono(response -> response.bodyToMono(String.class)
                                .defaultIfEmpty("")
                                .map(text -> called(response.statusCode().value(), text, reported.get())))
                        .block());
            } catch (WebClientRequestException e) {
                throw e.getCause() instanceof IOException failed ? failed : e;
            }
        }

        private static Called called(int status, String body, @Nullable RetryReport report) {
            return new Called(
                    status,
                    body,
                    Objects.requireNonNull(report).attempts(),
                    report.replayed(),
                    report.certainty().name());
        }
    }

    @Nested
    class By_Reactor_Netty extends Contract {
        By_Reactor_Netty() {
            super(new ReactorClientHttpConnector());
        }
    }

    @Nested
    class By_the_JDKs_client extends Contract {
        By_the_JDKs_client() {
            super(new JdkClientHttpConnector(HttpClient.newHttpClient()));
        }

        @Override
        protected String saysOfRefusedConnections() {
            return "It may have happened";
        }
    }

    @Test
    void hedging_is_refused_with_the_names_of_both() {
        Retries hedging = Retries.builder()
                .policy(RetryPolicy.considerate().withHedging(Duration.ofSeconds(1)))
                .build();

        assertThatThrownBy(() -> new RetryFilter(hedging))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("hedgeAfter (PT1S)", "RetryFilter of WebClient");
    }
}
