package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.testkit.ScriptedServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/client.md} shows of the outbox, line by line, works; house rules compare the two. */
class DocumentationTest {
    @TempDir
    private Path folder;

    @Test
    void an_operation_is_written_down_with_the_business_and_delivered() throws Exception {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:" + folder.resolve("outbox").toAbsolutePath() + ";DB_CLOSE_DELAY=5");
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        try (ScriptedServer server = new ScriptedServer()) {
            URI uri = server.uri("/charges");

            Outbox outbox = Outbox.in(dataSource::getConnection); // or Outbox.inFile(path)

            try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(false);
                // ... the business's own statements ...
                outbox.add(
                        connection,
                        new OutboxRequest(
                                new IdempotencyKey("invoice-4711"),
                                "POST",
                                uri,
                                Map.of("Content-Type", "application/json"),
                                body,
                                Instant.now().plus(Duration.ofDays(2))));
                connection.commit();
            }

            Deliverer deliverer = Deliverer.of(outbox, HttpClient.newHttpClient())
                    .finishing(request -> withCredential(request)) // credentials need not be written down
                    .build()
                    .start();

            await().until(() -> outbox.find(new IdempotencyKey("invoice-4711"))
                    .filter(entry -> entry.state() == OutboxState.DELIVERED)
                    .isPresent());
            assertThat(server.received())
                    .singleElement()
                    .satisfies(sent -> assertThat(sent.field("authorization")).hasValue("Bearer of a test"));
            deliverer.close();
        }
    }

    @Test
    void the_limits_of_durations_are_as_in_the_table() throws Exception {
        String page = Files.readString(Path.of("../docs/client.md"));

        assertThat(OutboxLimits.ALL).allSatisfy(limit -> assertThat(page).contains(limit.row() + "\n"));
    }

    private static HttpRequest withCredential(HttpRequest request) {
        return HttpRequest.newBuilder(request, (name, value) -> true)
                .header("Authorization", "Bearer of a test")
                .build();
    }
}
