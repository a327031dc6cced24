package dev.reprise.gateway;

import dev.reprise.gateway.config.GatewaySettings;
import dev.reprise.gateway.config.SettingsFile;
import dev.reprise.spi.EngineRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A gateway in this process, on free ports and a folder of its own, and a client to call it with. Thread-safe. */
final class GatewayFixture implements AutoCloseable {
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final Gateway gateway;

    /**
     * Starts a gateway.
     *
     * @param folder an empty folder for its file and its records
     * @param yaml its settings, without store; where it listens is chosen if it does not say so
     */
    GatewayFixture(Path folder, String yaml) {
        this(folder, yaml, EngineRuntime.system());
    }

    /** The same on threads and time of one's own. */
    GatewayFixture(Path folder, String yaml, EngineRuntime runtime) {
        gateway = Gateway.start(settings(folder, yaml).complete(), runtime);
    }

    /** A gateway in front of the service, with everything else as usual. */
    GatewayFixture(Path folder, TestService service) {
        this(folder, "upstream: http://127.0.0.1:" + service.port() + "\n");
    }

    /** The settings in the text, with free ports and a store in the folder. */
    static GatewaySettings settings(Path folder, String yaml) {
        Path file = folder.resolve("reprise.yaml");
        try {
            String listen = yaml.contains("listen:") ? "" : "listen: 127.0.0.1:0\n";
            Files.writeString(file, listen + "admin: 127.0.0.1:0\nstore: " + folder.resolve("store") + "\n" + yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return SettingsFile.read(file);
    }

    int port() {
        return gateway.address().port();
    }

    int adminPort() {
        return gateway.admin().port();
    }

    HttpClient client() {
        return client;
    }

    /** A request to the gateway. */
    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(60));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    /** Posts a body with a key. */
    HttpResponse<String> post(String path, String key, String body) throws IOException, InterruptedException {
        return send(request(path).header("Idempotency-Key", key).POST(BodyPublishers.ofString(body)));
    }

    /** What the operator reads at the admin address. */
    String metrics() throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort() + "/metrics")))
                .body();
    }

    /** Stops the gateway and leaves the client's connections alone. */
    void stop() {
        gateway.close();
    }

    @Override
    public void close() {
        client.shutdownNow();
        gateway.close();
    }
}
