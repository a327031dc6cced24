package dev.reprise.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.outbox.Deliverer;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxRequest;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator learns of a webhook that makes no progress, and of messages that nobody has taken. */
class WebhookHealthTest {
    private static final Deliverer.Health WELL = new Deliverer.Health(true, null);
    private static final Deliverer.Health STUCK = new Deliverer.Health(false, "The outbox has failed.");

    private final Logger logger = Logger.getLogger(WebhookHealth.class.getName());
    private final List<String> lines = new ArrayList<>();
    private final Handler listening = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    private Path folder;

    private final GatewayMetrics metrics = new GatewayMetrics();
    private Deliverer.Health now = WELL;

    @SuppressWarnings("NullAway.Init")
    private Outbox outbox;

    @SuppressWarnings("NullAway.Init")
    private WebhookHealth health;

    @BeforeEach
    void open() {
        outbox = Outbox.inFile(file());
        health = new WebhookHealth(metrics, outbox, () -> now);
        logger.addHandler(listening);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(listening);
        metrics.close();
    }

    private Path file() {
        return folder.resolve("webhook.db");
    }

    private void add(String key) {
        outbox.add(new OutboxRequest(
                new IdempotencyKey(key),
                "POST",
                URI.create("https://ops.example/"),
                Map.of(),
                new byte[0],
                Instant.now().plusSeconds(60)));
    }

    private void execute(String statement) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement changing = connection.createStatement()) {
            changing.execute(statement);
        }
    }

    @Test
    void is_a_gauge_and_a_problem_in_words() {
        assertThat(health.problems()).isEmpty();
        assertThat(metrics.scrape()).contains("reprise_webhook_healthy 1.0");

        now = STUCK;

        assertThat(health.problems()).containsExactly("The webhook makes no progress: The outbox has failed.");
        assertThat(metrics.scrape()).contains("reprise_webhook_healthy 0.0");
    }

    @Test
    void is_logged_with_each_look_as_long_as_it_is_bad_and_once_when_it_is_good_again() {
        health.look();
        now = STUCK;
        health.look();
        health.look();
        now = WELL;
        health.look();
        health.look();

        assertThat(lines)
                .containsExactly(
                        "WARNING The webhook makes no progress: The outbox has failed.",
                        "WARNING The webhook makes no progress: The outbox has failed.",
                        "INFO The webhook makes progress again");
    }

    @Test
    void counts_what_waits_and_what_is_parked_and_keeps_the_numbers_while_it_cannot() throws Exception {
        List.of("a", "b", "c").forEach(this::add);
        execute("UPDATE reprise_outbox SET state = 'PARKED' WHERE operation_key = 'a'");

        health.look();
        assertThat(metrics.scrape()).contains("reprise_webhook_waiting 2.0", "reprise_webhook_parked 1.0");

        execute("ALTER TABLE reprise_outbox RENAME TO elsewhere");
        health.look();
        assertThat(metrics.scrape()).contains("reprise_webhook_waiting 2.0", "reprise_webhook_parked 1.0");

        execute("ALTER TABLE elsewhere RENAME TO reprise_outbox");
        execute("DELETE FROM reprise_outbox");
        health.look();
        assertThat(metrics.scrape()).contains("reprise_webhook_waiting 0.0", "reprise_webhook_parked 0.0");
    }
}
