package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.Backoff;
import dev.reprise.client.Certainty;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryBudget;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryReport;
import dev.reprise.client.RetryingHttpClient;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Plan;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * A service asks to send the operation to another path of the same gateway (307, 308), and clients follow with the same key:
 * it is executed there, once, and also if they begin again where they began (S14).
 */
class RedirectsTest {
    private static final int CALLS = 100;
    private static final int CALLERS = 8;

    @TempDir
    private Path folder;

    private final Map<String, Integer> executed = new ConcurrentHashMap<>();
    private final AtomicInteger status = new AtomicInteger(307);
    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    private GatewayFixture gateway(String routes) {
        service.behave((request, body) -> {
            if (request.path().equals("/old")) {
                request.response()
                        .setStatusCode(status.get())
                        .putHeader("Location", "/new")
                        .end();
            } else {
                executed.merge(body.toString(), 1, Integer::sum);
                request.response().setStatusCode(201).end("done " + body);
            }
        });
        return new GatewayFixture(folder, "upstream: http://127.0.0.1:" + service.port() + "\n" + routes);
    }

    private GatewayFixture withARouteEach() {
        return gateway("routes: [{path: /old}, {path: /new}]\n");
    }

    private static Retries retries() {
        return Retries.builder()
                .policy(RetryPolicy.considerate()
                        .withMaxAttempts(60)
                        .withBackoff(Backoff.full(Duration.ofMillis(5), Duration.ofMillis(100)))
                        .withBudget(RetryBudget.unlimited()))
                .build();
    }

    private static HttpClient following() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(Redirect.NORMAL)
                .build();
    }

    private static HttpRequest order(int port, String order) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/old"))
                .header("Idempotency-Key", order)
                .POST(BodyPublishers.ofString(order))
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 308})
    void over_a_network_that_loses_answers_who_follows_executes_once_S14_S7(int redirect) throws Exception {
        status.set(redirect);
        try (GatewayFixture gateway = withARouteEach();
                TcpFaultProxy network = new TcpFaultProxy(gateway.port());
                HttpClient plain = following();
                RetryingHttpClient client = RetryingHttpClient.of(plain, retries())) {
            Random random = new Random();
            network.always(() -> Plan.lossy(random));
            AtomicInteger next = new AtomicInteger();
            AtomicInteger attempts = new AtomicInteger();

            Parallel.run(CALLERS, () -> {
                for (int call = next.getAndIncrement(); call < CALLS; call = next.getAndIncrement()) {
                    HttpResponse<String> answer =
                            client.send(order(network.port(), "order-" + call), BodyHandlers.ofString());
                    assertThat(answer.statusCode()).isEqualTo(201);
                    assertThat(answer.body()).isEqualTo("done order-" + call);
                    RetryReport report = RetryReport.of(answer).orElseThrow();
                    assertThat(report.certainty()).isEqualTo(Certainty.HAPPENED);
                    attempts.addAndGet(report.attempts());
                }
                return null;
            });

            assertThat(executed).hasSize(CALLS);
            assertThat(executed.values()).containsOnly(1);
            assertThat(attempts.get()).as("the network lost something").isGreaterThan(CALLS);
        }
    }

    /** On one route the key is that of one request, whose path is part of it (S9). */
    @Test
    void where_both_paths_are_of_one_route_who_begins_again_is_refused_and_nothing_is_executed_twice_S9()
            throws Exception {
        try (GatewayFixture gateway = gateway("");
                HttpClient client = following()) {
            HttpRequest order = order(gateway.port(), "order");

            assertThat(client.send(order, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
            assertThat(client.send(order, BodyHandlers.ofString()).statusCode()).isEqualTo(422);
            assertThat(executed.values()).containsOnly(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"APACHE, 307", "APACHE, 308", "OKHTTP, 307", "OKHTTP, 308", "SPRING, 307", "SPRING, 308"})
    void the_clients_that_people_have_follow_with_the_same_key_S14(Client client, int redirect) throws Exception {
        status.set(redirect);
        try (GatewayFixture gateway = withARouteEach()) {
            URI uri = URI.create("http://127.0.0.1:" + gateway.port() + "/old");

            assertThat(List.of(client.post(uri, "order"), client.post(uri, "order")))
                    .as("the answer, and its replay")
                    .containsOnly("201 done order");
            assertThat(executed.values()).containsOnly(1);
        }
    }

    /** A client with our retries, which posts an order whose key is the order. */
    enum Client {
        APACHE {
            @Override
            String post(URI uri, String order) throws Exception {
                HttpPost post = new HttpPost(uri);
                post.setHeader("Idempotency-Key", order);
                post.setEntity(new StringEntity(order));
                try (CloseableHttpClient client = HttpClients.custom()
                        .addExecInterceptorFirst("retries", new dev.reprise.client.apache.RetryExecChain(retries()))
                        .disableAutomaticRetries()
                        .build()) {
                    return client.execute(
                            post,
                            answer -> answer.getCode() + " "
                                    + new String(
                                            answer.getEntity().getContent().readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        },
        OKHTTP {
            @Override
            String post(URI uri, String order) throws Exception {
                okhttp3.OkHttpClient client = new okhttp3.OkHttpClient.Builder()
                        .addInterceptor(new dev.reprise.client.okhttp.RetryInterceptor(retries()))
                        .retryOnConnectionFailure(false)
                        .build();
                okhttp3.Request request = new okhttp3.Request.Builder()
                        .url(uri.toString())
                        .header("Idempotency-Key", order)
                        .post(okhttp3.RequestBody.create(order, null))
                        .build();
                try (okhttp3.Response answer = client.newCall(request).execute()) {
                    return answer.code() + " " + answer.body().string();
                } finally {
                    client.dispatcher().executorService().shutdown();
                    client.connectionPool().evictAll();
                }
            }
        },
        SPRING {
            @Override
            String post(URI uri, String order) {
                try (HttpClient plain = following()) {
                    return RestClient.builder()
                            .requestFactory(new JdkClientHttpRequestFactory(plain))
                            .requestInterceptor(new dev.reprise.client.spring.RetryInterceptor(retries()))
                            .build()
                            .post()
                            .uri(uri)
                            .header("Idempotency-Key", order)
                            .body(order)
                            .exchange(
                                    (request, answer) -> answer.getStatusCode().value() + " "
                                            + new String(answer.getBody().readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        };

        abstract String post(URI uri, String order) throws Exception;
    }
}
