package dev.reprise.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnprotectedKeysTest {
    private final Logger logger = Logger.getLogger(UnprotectedKeys.class.getName());
    private final List<String> lines = new ArrayList<>();
    private final Handler listening = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(MessageFormat.format(line.getMessage(), line.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private final SettableClock clock = new SettableClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final UnprotectedKeys keys = new UnprotectedKeys(registry, clock);

    @BeforeEach
    void listen() {
        logger.addHandler(listening);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(listening);
    }

    @Test
    void are_all_counted_and_told_once_a_minute() {
        for (int second = 0; second < 150; second++) {
            keys.seen("POST", "/a");
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(registry.get("reprise.unprotected.keys").counter().count()).isEqualTo(150);
        assertThat(lines)
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).startsWith("POST /a has an idempotency key, and no route"));
        assertThat(lines.get(0)).contains(" 0 requests before");
        assertThat(lines.get(1)).contains(" 59 requests before");
    }

    @Test
    void are_not_told_at_any_length() {
        keys.seen("POST", "/" + "a".repeat(10_000));

        assertThat(lines.get(0)).hasSizeLessThan(400).contains("/" + "a".repeat(99) + "... has");
    }
}
