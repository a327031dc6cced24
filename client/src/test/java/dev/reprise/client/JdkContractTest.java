package dev.reprise.client;

import dev.reprise.testkit.RetryingClientContract;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Nested;

/** The contract of all retrying clients, by the JDK's client in each of its forms. */
class JdkContractTest {
    private static final Duration HEDGE_AFTER = Duration.ofSeconds(19);

    /** A way to send. */
    private interface Way {
        HttpResponse<String> send(RetryingHttpClient client, HttpRequest request)
                throws IOException, InterruptedException, ExecutionException;
    }

    abstract static class Contract extends RetryingClientContract {
        private final RetryPolicy policy;
        private final Way way;

        private Contract(RetryPolicy policy, Way way) {
            this.policy = policy;
            this.way = way;
        }

        @Override
        protected Called post(URI uri, String body) throws Exception {
            Retries retries = Retries.builder()
                    .policy(policy.withMaxAttempts(4))
                    .timer(delay -> delay.equals(HEDGE_AFTER)
                            ? new CompletableFuture<>()
                            : CompletableFuture.completedFuture(null))
                    .build();
            try (HttpClient plain =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                HttpResponse<String> response = way.send(
                        RetryingHttpClient.of(plain, retries),
                        HttpRequest.newBuilder(uri)
                                .POST(BodyPublishers.ofString(body))
                                .build());
                RetryReport report = RetryReport.of(response).orElseThrow();
                return new Called(
                        response.statusCode(),
                        response.body(),
                        report.attempts(),
                        report.replayed(),
                        report.certainty().name());
            } catch (ExecutionException e) {
                throw e.getCause() instanceof IOException failed ? failed : e;
            }
        }
    }

    @Nested
    class Blocking extends Contract {
        Blocking() {
            super(RetryPolicy.considerate(), (client, request) -> client.send(request, BodyHandlers.ofString()));
        }
    }

    @Nested
    class In_the_background extends Contract {
        In_the_background() {
            super(
                    RetryPolicy.considerate(),
                    (client, request) ->
                            client.sendAsync(request, BodyHandlers.ofString()).get());
        }
    }

    @Nested
    class With_hedges_that_are_never_due extends Contract {
        With_hedges_that_are_never_due() {
            super(
                    RetryPolicy.considerate().withHedging(HEDGE_AFTER),
                    (client, request) -> client.send(request, BodyHandlers.ofString()));
        }
    }
}
