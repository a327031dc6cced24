package dev.reprise.gateway.command;

import dev.reprise.gateway.Gateway;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.GatewaySettings;
import dev.reprise.gateway.config.Origin;
import dev.reprise.gateway.config.Reason;
import dev.reprise.gateway.sample.SampleApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Tries an installation. The distribution also lets the virtual machine learn from it what a gateway needs. */
@Command(
        name = "selftest",
        description = {
            "Tries the installation: runs a gateway in front of the sample API, on free ports of this machine and in a",
            "temporary folder, sends a payment twice with one key, and says whether the money moved once."
        },
        sortOptions = false)
final class SelfTestCommand implements Runnable {
    private static final Address ANY_PORT = Address.parse("127.0.0.1:0");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        try {
            Path folder = Files.createTempDirectory("reprise-selftest");
            try {
                pay(folder);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The self-test could not use a temporary folder or a connection: " + Reason.of(e), e);
        }
        spec.commandLine().getOut().println("It works: the payment was sent twice, and the money moved once.");
    }

    private static void pay(Path folder) throws IOException {
        try (SampleApi sample = SampleApi.start(ANY_PORT);
                Gateway gateway = Gateway.start(GatewaySettings.at(ANY_PORT, ANY_PORT, folder)
                        .orElse(GatewaySettings.ofUpstream(new Origin(false, "127.0.0.1", sample.port())))
                        .complete());
                HttpClient client = HttpClient.newHttpClient()) {
            URI payments = URI.create("http://" + gateway.address() + "/payment/alice");
            HttpResponse<String> first = send(client, payments);
            HttpResponse<String> retry = send(client, payments);
            boolean replayed = retry.headers().firstValue("Idempotent-Replayed").isPresent();
            if (first.statusCode() != 201 || !replayed || !first.body().equals(retry.body())) {
                throw new ConfigException(
                        "The payment was answered with " + first.statusCode() + ", and its retry with "
                                + retry.statusCode() + (replayed ? " from the record" : ", not from the record"));
            }
        }
    }

    private static HttpResponse<String> send(HttpClient client, URI payments) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(payments)
                .timeout(PATIENCE)
                .header("Idempotency-Key", "selftest-1")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"amount\":1000}"))
                .build();
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigException("Interrupted during the self-test", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
    }
}
