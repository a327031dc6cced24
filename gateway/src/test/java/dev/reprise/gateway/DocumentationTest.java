package dev.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.RetryingHttpClient;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.sample.SampleApi;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code README.md} and {@code docs/client.md} begin with, line by line, against the sample API behind a gateway. */
class DocumentationTest {
    @TempDir
    private Path folder;

    @Test
    void the_client_calls_the_sample_api() throws Exception {
        try (SampleApi sample = SampleApi.start(Address.parse("0"));
                GatewayFixture gateway =
                        new GatewayFixture(folder, "upstream: http://127.0.0.1:" + sample.port() + "\n")) {
            URI api = URI.create("http://127.0.0.1:" + gateway.port());

            HttpClient client = RetryingHttpClient.of(HttpClient.newHttpClient());

            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(api.resolve("/v1/charges"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString("amount=1000&currency=eur"))
                            .build(),
                    BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(sample.ledger().entries()).hasSize(1);
            client.close();
        }
    }
}
