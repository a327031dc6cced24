package dev.reprise.examples.payments;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The application on a free port, and a client to call it with. */
final class Running implements AutoCloseable {
    private final ConfigurableApplicationContext context;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Running(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** @param arguments as on the command line */
    static Running start(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--logging.level.root=error",
                "--logging.level.dev.reprise=off",
                "--spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1"));
        all.addAll(List.of(arguments));
        return new Running(new SpringApplicationBuilder(PaymentsApplication.class).run(all.toArray(String[]::new)));
    }

    URI uri(String path) {
        return URI.create(
                "http://127.0.0.1:" + context.getEnvironment().getRequiredProperty("local.server.port") + path);
    }

    HttpResponse<String> send(String method, String path, String key, String type, String body)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", type)
                        .header("Idempotency-Key", key)
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** What the page shows. */
    JsonNode state() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri("/demo/state")).build();
        return JsonMapper.shared()
                .readTree(client.send(request, BodyHandlers.ofString()).body());
    }

    @Override
    public void close() {
        client.close();
        context.close();
    }
}
