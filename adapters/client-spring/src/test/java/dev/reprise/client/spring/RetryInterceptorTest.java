package dev.reprise.client.spring;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.Retries;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryReport;
import dev.reprise.testkit.RetryingClientContract;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

class RetryInterceptorTest extends RetryingClientContract {
    @Override
    protected Called post(URI uri, String body) throws Exception {
        Retries retries = Retries.builder()
                .policy(RetryPolicy.considerate().withMaxAttempts(4))
                .timer(delay -> CompletableFuture.completedFuture(null))
                .build();
        RestClient client = RestClient.builder()
                .requestInterceptor(new RetryInterceptor(retries))
                .requestFactory(new JdkClientHttpRequestFactory())
                .build();
        try {
            return client.post().uri(uri).body(body).exchangeForRequiredValue((request, response) -> {
                RetryReport report = RetryInterceptor.report(request).orElseThrow();
                return new Called(
                        response.getStatusCode().value(),
                        new String(response.getBody().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8),
                        report.attempts(),
                        report.replayed(),
                        report.certainty().name());
            });
        } catch (org.springframework.web.client.ResourceAccessException e) {
            throw (Exception) Objects.requireNonNull(e.getCause());
        }
    }

    @Override
    protected String saysOfRefusedConnections() {
        return "It may have happened";
    }

    @Test
    void hedging_is_refused_with_the_names_of_both() {
        Retries hedging = Retries.builder()
                .policy(RetryPolicy.considerate().withHedging(Duration.ofSeconds(1)))
                .build();

        assertThatThrownBy(() -> new RetryInterceptor(hedging))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("hedgeAfter (PT1S)", "RetryInterceptor of Spring");
    }
}
