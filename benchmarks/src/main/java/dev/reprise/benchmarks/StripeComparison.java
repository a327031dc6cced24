package dev.reprise.benchmarks;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.net.ApiResource.RequestMethod;
import dev.reprise.client.CallFailedException;
import dev.reprise.client.KeyProfile;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryReport;
import dev.reprise.client.RetryingHttpClient;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/**
 * The same failures, met by stripe-java's own retries and by the retrying client with its settings for Stripe; both may try 4
 * times and wait 2 seconds for an answer. Prints a table of what each does, and nothing about speed.
 */
final class StripeComparison {
    private static final String KEY_IN_USE =
            "{\"error\":{\"type\":\"idempotency_error\",\"code\":\"idempotency_key_in_use\",\"message\":\"in use\"}}";
    private static final String DOWN = "{\"error\":{\"type\":\"api_error\",\"message\":\"down\"}}";
    private static final int TIMEOUT_MILLIS = 2000;

    private StripeComparison() {}

    /** A way to fail. */
    private record Script(String name, List<Step> steps) {
        private Script(String name, Step... steps) {
            this(name, List.of(steps));
        }
    }

    private static final List<Script> SCRIPTS = List.of(
            new Script("it works"),
            new Script("reset before the work", new Step.Reset(false)),
            new Script("reset after the work", new Step.Reset(true)),
            new Script("half an answer", new Step.HalfAnswer()),
            new Script("no answer, then stalls in the body", new Step.Stall(false), new Step.Stall(true)),
            new Script("key in use (409), then done", new Step.Answer(409, KEY_IN_USE)),
            new Script("409 of the business", new Step.Answer(409, DOWN)),
            new Script("503, then done", new Step.Answer(503, DOWN)),
            new Script("503, Retry-After: 3", new Step.Answer(503, DOWN, "Retry-After", "3")),
            new Script("429, then done", new Step.Answer(429, DOWN)),
            new Script("500, then done", new Step.Answer(500, DOWN)),
            new Script("500, replayed", new Step.Answer(500, DOWN, "Idempotent-Replayed", "true")),
            new Script("500, Stripe-Should-Retry: false", new Step.Answer(500, DOWN, "Stripe-Should-Retry", "false")),
            new Script("400, Stripe-Should-Retry: true", new Step.Answer(400, DOWN, "Stripe-Should-Retry", "true")),
            new Script("402", new Step.Answer(402, DOWN)),
            new Script(
                    "reset after the work, then 429 for good",
                    new Step.Reset(true),
                    new Step.Answer(429, DOWN),
                    new Step.Answer(429, DOWN),
                    new Step.Answer(429, DOWN)));

    private interface Client {
        String call(URI uri) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        // So that no row pays for the loading of classes.
        play(SCRIPTS.getFirst(), StripeComparison::stripe);
        play(SCRIPTS.getFirst(), StripeComparison::reprise);
        System.out.println("| failure | stripe-java 33.3.0 | Reprise, stripe profile |");
        System.out.println("|---|---|---|");
        for (Script script : SCRIPTS) {
            System.out.printf(
                    "| %s | %s | %s |%n",
                    script.name(), play(script, StripeComparison::stripe), play(script, StripeComparison::reprise));
        }
        URI nobody = URI.create("http://127.0.0.1:" + closedPort() + "/v1/charges");
        System.out.printf("| connection refused | %s | %s |%n", stripe(nobody), reprise(nobody));
    }

    private static String play(Script script, Client client) throws Exception {
        try (ScriptedServer server = new ScriptedServer(script.steps().toArray(Step[]::new))) {
            long begin = System.nanoTime();
            String end = client.call(server.uri("/v1/charges"));
            double seconds = (System.nanoTime() - begin) / 1e9;
            List<Received> received = server.received();
            long requests = received.stream()
                    .map(request -> request.field("idempotency-key").orElse("none") + request.body())
                    .distinct()
                    .count();
            return "%d sent%s, %d effect%s, %.1f s: %s"
                    .formatted(
                            received.size(),
                            requests == 1 ? "" : " under " + requests + " keys",
                            server.effects(),
                            server.effects() == 1 ? "" : "s",
                            seconds,
                            end);
        }
    }

    private static String stripe(URI uri) throws IOException {
        StripeClient client = StripeClient.builder()
                .setApiKey("sk_test_nothing")
                .setApiBase("http://127.0.0.1:" + uri.getPort())
                .setConnectTimeout(TIMEOUT_MILLIS)
                .setReadTimeout(TIMEOUT_MILLIS)
                .setMaxNetworkRetries(3)
                .build();
        try {
            return "answer "
                    + client.rawRequest(RequestMethod.POST, uri.getPath(), "amount=1000")
                            .code();
        } catch (StripeException e) {
            return e.getClass().getSimpleName() + (e.getStatusCode() == null ? "" : " " + e.getStatusCode());
        }
    }

    private static String reprise(URI uri) throws IOException, InterruptedException {
        Retries retries = Retries.builder()
                .policy(RetryPolicy.stripe().withTimeLimits(Duration.ofMinutes(1), Duration.ofMillis(TIMEOUT_MILLIS)))
                .profile(KeyProfile.stripe())
                .build();
        HttpRequest request = HttpRequest.newBuilder(uri)
                .POST(BodyPublishers.ofString("amount=1000"))
                .build();
        try (RetryingHttpClient client = RetryingHttpClient.of(
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), retries)) {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            RetryReport report = RetryReport.of(response).orElseThrow();
            return "answer " + response.statusCode() + (report.replayed() ? " (replay)" : "") + ", "
                    + report.certainty();
        } catch (CallFailedException e) {
            return "exception, " + e.report().certainty();
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
