package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.Backoff;
import dev.reprise.client.Certainty;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryBudget;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryReport;
import dev.reprise.client.RetryingHttpClient;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.sample.Ledger;
import dev.reprise.gateway.sample.SampleApi;
import dev.reprise.testkit.FullProof;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Plan;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The retrying client and the gateway together: both ends of an exactly-once call. */
class RetryingClientTest {
    private static final int CHARGES = FullProof.WANTED ? 10_000 : 200;
    private static final int CALLERS = 16;

    @TempDir
    private Path folder;

    private final Random random = new Random();

    /** Every connection is lost at some byte, most after a few calls and one of five in its first. */
    @Test
    void charges_over_a_network_that_loses_connections_happen_once_each_and_all_are_answered_C2_S7() throws Exception {
        try (SampleApi sample = SampleApi.start(new Address("127.0.0.1", 0));
                GatewayFixture gateway =
                        new GatewayFixture(folder, "upstream: http://127.0.0.1:" + sample.port() + "\n");
                TcpFaultProxy network = new TcpFaultProxy(gateway.port());
                HttpClient plain = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                RetryingHttpClient client = RetryingHttpClient.of(plain, persistent());
                ExecutorService threads =
                        Executors.newFixedThreadPool(CALLERS, Thread.ofVirtual().factory())) {
            network.always(() -> Plan.lossy(random));
            URI uri = URI.create("http://127.0.0.1:" + network.port() + "/v1/charges");
            AtomicInteger retried = new AtomicInteger();
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < CHARGES; i++) {
                String customer = "customer-" + i;
                calls.add(threads.submit(() -> {
                    HttpResponse<String> response = client.send(charge(uri, customer), BodyHandlers.ofString());
                    RetryReport report = RetryReport.of(response).orElseThrow();
                    retried.addAndGet(report.attempts() - 1);
                    assertThat(response.statusCode()).isEqualTo(200);
                    assertThat(response.body()).contains("\"" + customer + "\"");
                    assertThat(report.certainty()).isEqualTo(Certainty.HAPPENED);
                    return null;
                }));
            }
            for (Future<?> call : calls) {
                call.get();
            }

            Map<String, Long> effects = sample.ledger().entries().stream()
                    .collect(Collectors.groupingBy(Ledger.Entry::to, Collectors.counting()));
            assertThat(effects).hasSize(CHARGES);
            assertThat(effects.values()).containsOnly(1L);
            assertThat(retried.get()).as("the network lost something").isPositive();
        }
    }

    @Test
    void http_2_is_retried_like_http_1_C2() throws Exception {
        TestCertificates certificates = new TestCertificates(Files.createDirectory(folder.resolve("certificates")));
        TestCertificates.Identity here = certificates.issue("here", "ip:127.0.0.1");
        try (TestService service = new TestService();
                GatewayFixture gateway = new GatewayFixture(
                        folder,
                        "upstream: http://127.0.0.1:" + service.port() + "\ntls: {certificate: " + here.certificate()
                                + ", key: " + here.key() + "}\n");
                RetryingHttpClient client = RetryingHttpClient.of(
                        HttpClient.newBuilder()
                                .version(HttpClient.Version.HTTP_2)
                                .sslContext(certificates.clientContext())
                                .build(),
                        persistent())) {
            AtomicInteger calls = new AtomicInteger();
            service.behave((request, body) -> request.response()
                    .setStatusCode(calls.incrementAndGet() < 3 ? 503 : 200)
                    .end("call " + calls));
            HttpRequest get = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + gateway.port() + "/a"))
                    .build();

            HttpResponse<String> response =
                    client.sendAsync(get, BodyHandlers.ofString()).join();

            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(response.body()).isEqualTo("call 3");
            assertThat(RetryReport.of(response).orElseThrow().attempts()).isEqualTo(3);
        }
    }

    private static Retries persistent() {
        return Retries.builder()
                .policy(RetryPolicy.considerate()
                        .withMaxAttempts(60)
                        .withBackoff(Backoff.full(Duration.ofMillis(5), Duration.ofMillis(100)))
                        .withBudget(RetryBudget.unlimited()))
                .build();
    }

    private static HttpRequest charge(URI uri, String customer) {
        return HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("amount=1000&customer=" + customer))
                .build();
    }
}
