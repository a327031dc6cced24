package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DatabaseClockTest {
    private static final Instant SHOWN = Instant.parse("2031-07-01T12:00:00Z");

    private final AtomicLong ticks = new AtomicLong(Long.MAX_VALUE - 5);
    private final DatabaseClock clock = new DatabaseClock(ticks::get);

    @Test
    void shows_what_the_database_showed_and_the_time_since_it_was_asked() {
        long asked = clock.ticks();
        ticks.addAndGet(Duration.ofMillis(3).toNanos());
        clock.read(SHOWN, asked);
        ticks.addAndGet(Duration.ofSeconds(10).toNanos());

        assertThat(clock.instant()).isEqualTo(SHOWN.plusMillis(10_003));
    }

    @Test
    void follows_a_database_whose_clock_is_set_back() {
        clock.read(SHOWN, clock.ticks());
        clock.read(SHOWN.minusSeconds(60), clock.ticks());

        assertThat(clock.instant()).isEqualTo(SHOWN.minusSeconds(60));
    }
}
