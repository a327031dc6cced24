package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.Backoff;
import dev.reprise.client.RetryPolicy;
import dev.reprise.testkit.ScriptedServer.Step;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Durations and moments that nobody can have meant are refused where they are set, and every one that is not works. */
class DurationsTest extends OutboxFixture {
    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();
    private static final List<Duration> SENSELESS = List.of(
            FOREVER,
            FOREVER.negated(),
            Duration.ofDays(300 * 365),
            Duration.ofNanos(-1),
            Duration.ofNanos(Long.MIN_VALUE));

    @Override
    ConnectionSource database() {
        String url = "jdbc:h2:" + folder.resolve("outbox").toAbsolutePath();
        return () -> DriverManager.getConnection(url + ";LOCK_TIMEOUT=30000;DB_CLOSE_DELAY=5");
    }

    private Deliverer.Builder builder() {
        return Deliverer.of(outbox, client);
    }

    @Test
    void a_duration_that_makes_no_sense_is_refused_by_the_name_of_its_setting() {
        for (Duration senseless : SENSELESS) {
            assertThatThrownBy(() -> builder().lease(senseless).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("lease", String.valueOf(senseless));
            assertThatThrownBy(() -> builder().interval(senseless).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("interval", String.valueOf(senseless));
            assertThatThrownBy(() -> outbox.purge(senseless))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("age", String.valueOf(senseless));
        }
        assertThatThrownBy(() -> builder().interval(Duration.ofNanos(999_999)).build())
                .hasMessageContaining("interval");
    }

    @Test
    void a_lease_that_is_no_longer_than_the_deadline_in_the_milliseconds_of_the_table_is_refused() {
        Duration deadline = RetryPolicy.considerate().deadline();

        assertThatThrownBy(() -> builder().lease(deadline.plusNanos(999_999)).build())
                .hasMessageContainingAll("lease", "deadline");
        assertThat(builder().lease(deadline.plusMillis(1)).build()).isNotNull();
    }

    @Test
    void a_deadline_that_no_clock_will_show_is_refused() {
        for (Instant senseless : List.of(
                Instant.MIN, Instant.MAX, Instant.EPOCH.minusMillis(1), Instant.parse("+10000-01-01T00:00:00Z"))) {
            assertThatThrownBy(() -> with(senseless))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("deadline", String.valueOf(senseless));
        }
    }

    @Test
    void so_many_at_once_that_there_are_not_the_threads_for_them_are_refused() {
        assertThatThrownBy(() -> builder().atOnce(Integer.MAX_VALUE).build()).hasMessageContaining("atOnce");
        assertThatThrownBy(() -> outbox.list(OutboxState.PENDING, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> outbox.list(OutboxState.PENDING, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_longest_that_are_taken_work() throws Exception {
        outbox.add(with(Instant.parse("9999-12-31T23:59:59.999Z")));
        server.next(new Step.Answer(503, "", "Retry-After", "99999999999999999999"));

        builder()
                .lease(OutboxLimits.LEASE.longest())
                .interval(OutboxLimits.INTERVAL.longest())
                .betweenRounds(Backoff.full(Duration.ofDays(365), Duration.ofDays(365)))
                .build()
                .deliverDue();

        assertThat(entry().state()).isEqualTo(OutboxState.PENDING);
        assertThat(entry().dueAt()).isAfter("9999-12-31T00:00:00Z");
        assertThat(outbox.purge(OutboxLimits.AGE.longest())).isZero();
        assertThat(outbox.purge(Duration.ZERO)).isZero();
    }

    private OutboxRequest with(Instant deadline) {
        return new OutboxRequest(KEY, "POST", server.uri("/charges"), Map.of(), new byte[0], deadline);
    }
}
