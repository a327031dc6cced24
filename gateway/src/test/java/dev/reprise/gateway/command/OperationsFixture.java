package dev.reprise.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.gateway.Gateway;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.config.GatewaySettings;
import dev.reprise.gateway.config.Origin;
import dev.reprise.gateway.config.SettingsFile;
import dev.reprise.gateway.sample.SampleApi;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A gateway in front of the sample API, and the commands with which its operator looks after operations. */
abstract class OperationsFixture {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    final SampleApi sample = SampleApi.start(Address.parse("127.0.0.1:0"));
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private @Nullable Gateway gateway;

    @BeforeEach
    final void start() {
        start("");
    }

    /** Starts the gateway on the folder, with these settings besides the usual ones. */
    void start(String defaults) {
        try {
            Path file = Files.writeString(
                    folder.resolve("reprise.yaml"), "listen: 0\nadmin: 0\nstore: " + store() + "\n" + defaults);
            gateway = Gateway.start(SettingsFile.read(file)
                    .orElse(GatewaySettings.ofUpstream(new Origin(false, "127.0.0.1", sample.port())))
                    .complete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    final void stop() {
        stopGateway();
        client.shutdownNow();
        sample.close();
    }

    void stopGateway() {
        Gateway running = gateway;
        gateway = null;
        if (running != null) {
            running.close();
        }
    }

    /** Stops the gateway where a test is about its folder. */
    void running(boolean running) {
        if (!running) {
            stopGateway();
        }
    }

    void runningAgain() {
        if (gateway == null) {
            start("");
        }
    }

    Gateway gateway() {
        Gateway running = gateway;
        if (running == null) {
            throw new AssertionError("The gateway is stopped");
        }
        return running;
    }

    Path store() {
        return folder.resolve("store");
    }

    HttpRequest.Builder payment(String key) {
        return payment(gateway().address().port(), key);
    }

    static HttpRequest.Builder payment(int port, String key) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/payment/alice"))
                .timeout(PATIENCE)
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString("{\"amount\":1}"));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** Makes an operation whose outcome nobody can tell. */
    void crash(String key) throws IOException, InterruptedException {
        HttpResponse<String> lost = send(payment(key).header("Sample-Fault", "crash"));
        assertThat(lost.statusCode()).isEqualTo(502);
        HttpResponse<String> retry = send(payment(key));
        assertThat(retry.statusCode()).isEqualTo(409);
        assertThat(retry.body()).contains("outcome-unknown");
    }

    private Cli.Result operations(String... arguments) {
        List<String> words = new ArrayList<>(List.of("operations"));
        words.addAll(List.of(arguments));
        words.addAll(List.of("--store", store().toString()));
        return Cli.run(words.toArray(String[]::new));
    }

    /** What a command printed that has to work. */
    String done(String... arguments) {
        Cli.Result result = operations(arguments);
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        return result.out();
    }

    /** What a command said that has to be refused in one line. */
    String refused(String... arguments) {
        Cli.Result result = operations(arguments);
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("reprise: ").hasLineCount(1).doesNotContain("Exception");
        return result.err();
    }
}
