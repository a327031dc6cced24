package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.FullProof;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.TcpFaultProxy;
import dev.reprise.testkit.TcpFaultProxy.Plan;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A network that cuts connections at any byte. */
class FaultyNetworkTest {
    private static final int OPERATIONS = FullProof.WANTED ? 10_000 : 200;

    @Test
    void every_operation_happens_once_and_has_its_answer_C1_C2() throws Exception {
        Random random = new Random(20261122);
        Set<String> answers = new HashSet<>();
        long attempts = 0;
        try (ScriptedServer server = new ScriptedServer();
                TcpFaultProxy proxy = new TcpFaultProxy(server.port());
                HttpClient plain = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                RetryingHttpClient client = RetryingHttpClient.of(
                        plain,
                        Calls.hasty()
                                .policy(RetryPolicy.considerate()
                                        .withMaxAttempts(40)
                                        .withBudget(RetryBudget.unlimited()))
                                .build())) {
            proxy.always(() -> plan(random));
            URI uri = URI.create("http://127.0.0.1:" + proxy.port() + "/charges");
            for (int i = 0; i < OPERATIONS; i++) {
                HttpResponse<String> response = client.send(
                        HttpRequest.newBuilder(uri)
                                .POST(BodyPublishers.ofString("amount=" + i))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(response.statusCode()).isEqualTo(201);
                answers.add(response.body());
                attempts += RetryReport.of(response).orElseThrow().attempts();
            }

            assertThat(server.effects()).isEqualTo(OPERATIONS);
            assertThat(answers).hasSize(OPERATIONS);
            assertThat(attempts).isGreaterThan(OPERATIONS);
        }
    }

    /** Each connection is lost somewhere, after a few requests at the latest. */
    private static synchronized Plan plan(Random random) {
        return random.nextBoolean()
                ? Plan.cutRequestAfter(random.nextInt(2000))
                : Plan.cutResponseAfter(random.nextInt(500));
    }
}
