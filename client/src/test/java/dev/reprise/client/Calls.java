package dev.reprise.client;

import dev.reprise.testkit.ScriptedServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A server, a plain client, and retries without waiting: what most tests begin with. */
final class Calls implements AutoCloseable {
    final ScriptedServer server;
    final HttpClient plain = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    Calls(ScriptedServer.Step... steps) {
        server = new ScriptedServer(steps);
    }

    /** Waits are over at once. */
    static Retries.Builder hasty() {
        return Retries.builder().timer(delay -> CompletableFuture.completedFuture(null));
    }

    RetryingHttpClient client() {
        return client(hasty());
    }

    RetryingHttpClient client(Retries.Builder retries) {
        return RetryingHttpClient.of(plain, retries.build());
    }

    HttpRequest.Builder request() {
        return request(BodyPublishers.ofString("amount=1000"));
    }

    HttpRequest.Builder request(BodyPublisher body) {
        return HttpRequest.newBuilder(server.uri("/charges")).POST(body);
    }

    @Override
    public void close() {
        plain.shutdownNow();
        server.close();
    }
}
