package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Property
    void every_wait_is_within_its_bounds_C3(
            @ForAll Jitter jitter,
            @ForAll @LongRange(max = 1_000_000) long baseMicros,
            @ForAll @LongRange(max = 1_000_000_000_000L) long moreMicros,
            @ForAll @IntRange(max = 100) int percentFloor,
            @ForAll @IntRange(max = 200) int retry,
            @ForAll @LongRange(max = 10_000_000_000L) long previousMicros,
            @ForAll long seed) {
        Duration base = micros(baseMicros);
        Duration cap = base.plus(micros(moreMicros));
        Duration floor = cap.multipliedBy(percentFloor).dividedBy(200);
        Backoff backoff = new Backoff(jitter, base, cap, floor);

        Duration delay = backoff.delay(retry, micros(previousMicros), new Random(seed));

        assertThat(delay).isBetween(floor, cap);
        if (jitter == Jitter.FULL && floor.isZero() && retry < 20) {
            assertThat(delay).isLessThanOrEqualTo(base.multipliedBy(1L << retry));
        }
    }

    @Property
    void a_floor_never_removes_the_jitter_C3(
            @ForAll @IntRange(max = 30) int retry, @ForAll @IntRange(min = 1, max = 500) int floorMillis) {
        for (Jitter jitter : new Jitter[] {Jitter.FULL, Jitter.EQUAL, Jitter.DECORRELATED}) {
            Backoff backoff =
                    new Backoff(jitter, Duration.ofMillis(1), Duration.ofSeconds(1), Duration.ofMillis(floorMillis));
            Random random = new Random(1);

            assertThat(IntStream.range(0, 50)
                            .mapToObj(i -> backoff.delay(retry, Duration.ofMillis(floorMillis), random))
                            .distinct())
                    .as(jitter.toString())
                    .hasSizeGreaterThan(25);
        }
    }

    @Test
    void full_jitter_spreads_evenly_from_zero_to_the_exponential_bound_C3() {
        Backoff backoff = Backoff.full(Duration.ofMillis(100), Duration.ofSeconds(10));
        Random random = new Random(42);

        double mean = IntStream.range(0, 10_000)
                .mapToLong(i -> backoff.delay(3, Duration.ZERO, random).toNanos())
                .average()
                .orElseThrow();

        assertThat(mean / 1e6).isBetween(390.0, 410.0);
    }

    @Test
    void decorrelated_waits_do_not_pile_up_at_the_cap_C3() {
        Backoff backoff =
                Backoff.full(Duration.ofMillis(100), Duration.ofSeconds(1)).withJitter(Jitter.DECORRELATED);
        Random random = new Random(42);

        assertThat(IntStream.range(0, 1000)
                        .filter(i ->
                                backoff.delay(5, Duration.ofSeconds(1), random).equals(Duration.ofSeconds(1))))
                .hasSizeLessThan(5);
    }

    @Test
    void without_backoff_there_is_no_wait() {
        assertThat(Backoff.none().delay(7, Duration.ofSeconds(1), new Random())).isZero();
    }

    @Test
    void contradictions_are_refused_with_both_names() {
        assertThatThrownBy(() -> Backoff.full(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessageContainingAll("base", "cap");
        assertThatThrownBy(() -> Backoff.full(Duration.ofMillis(1), Duration.ofSeconds(1))
                        .withFloor(Duration.ofMillis(501)))
                .hasMessageContainingAll("floor", "cap", "jitter");
        assertThatThrownBy(() -> Backoff.full(Duration.ofMillis(-1), Duration.ofSeconds(1)))
                .hasMessageContaining("base");
        assertThatThrownBy(() -> Backoff.full(Duration.ZERO, Duration.ofDays(366)))
                .hasMessageContaining("cap");
    }

    private static Duration micros(long micros) {
        return Duration.ofNanos(micros * 1000);
    }
}
