package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.reprise.client.spi.RetryAfter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What servers choose, read by us. In the build this runs the inputs that are kept beside it; CONTRIBUTING.md says how to look
 * for more.
 */
class RetryAfterFuzzTest {
    private static final Instant NOW = Instant.parse("2026-12-01T08:49:37Z");

    /** Whatever a server asks for is a time to wait or nothing, and a date is the same when it is written again (C4). */
    @FuzzTest(maxDuration = "1h")
    void value(byte[] field) {
        String text = new String(field, StandardCharsets.ISO_8859_1);

        RetryAfter.parse(text, NOW).ifPresent(wait -> {
            assertThat(wait).isGreaterThanOrEqualTo(Duration.ZERO);
            if (wait.compareTo(Duration.ofDays(365)) < 0) {
                Instant meant = NOW.plus(wait).truncatedTo(ChronoUnit.SECONDS);
                assertThat(RetryAfter.parse(RetryAfter.format(meant), NOW)).contains(Duration.between(NOW, meant));
            }
        });
    }
}
