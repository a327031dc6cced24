package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
    @ParameterizedTest
    @EnumSource
    void every_wait_is_within_its_bounds_C3(Jitter jitter) {
        Random random = new Random(1);
        for (int i = 0; i < 5_000; i++) {
            Duration base = upTo(random, Duration.ofSeconds(1));
            Duration cap = base.plus(upTo(random, Duration.ofDays(11)));
            Duration floor = cap.multipliedBy(random.nextInt(101)).dividedBy(200);
            int retry = random.nextInt(201);
            Backoff backoff = new Backoff(jitter, base, cap, floor);

            Duration delay = backoff.delay(retry, upTo(random, Duration.ofHours(3)), random);

            assertThat(delay).as("retry %s of %s", retry, backoff).isBetween(floor, cap);
            if (jitter == Jitter.FULL && floor.isZero() && retry < 20) {
                assertThat(delay).isLessThanOrEqualTo(base.multipliedBy(1L << retry));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 9, 3, 8",
        "1, 9, 4, 9",
        "1000, 31536000000000000, 40, 1099511627776000",
        "0, 9, 50, 0",
        "5, 9, 200, 9"
    })
    void the_longest_wait_doubles_up_to_the_cap_C3(long base, long cap, int retry, long longest) {
        Backoff backoff =
                Backoff.full(Duration.ofNanos(base), Duration.ofNanos(cap)).withJitter(Jitter.NONE);

        assertThat(backoff.delay(retry, Duration.ZERO, new Random(1))).isEqualTo(Duration.ofNanos(longest));
    }

    @Test
    void decorrelated_jitter_follows_the_previous_wait_except_before_the_first_retry_C3() {
        Backoff backoff =
                Backoff.full(Duration.ofMillis(1), Duration.ofHours(1)).withJitter(Jitter.DECORRELATED);
        Random random = new Random(1);
        Duration previous = Duration.ofSeconds(1);

        assertThat(IntStream.range(0, 100).mapToObj(i -> backoff.delay(0, previous, random)))
                .allSatisfy(wait -> assertThat(wait).isLessThanOrEqualTo(Duration.ofMillis(3)));
        assertThat(IntStream.range(0, 100).mapToObj(i -> backoff.delay(1, previous, random)))
                .allSatisfy(wait -> assertThat(wait).isLessThanOrEqualTo(Duration.ofSeconds(3)))
                .anySatisfy(wait -> assertThat(wait).isGreaterThan(Duration.ofSeconds(1)));
    }

    /** Short durations as often as long ones: each of as many digits as any other. */
    private static Duration upTo(Random random, Duration longest) {
        return Duration.ofNanos(random.nextLong(longest.toNanos() + 1) >> random.nextInt(64));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 50, 499, 500})
    void a_floor_never_removes_the_jitter_C3(int floorMillis) {
        for (int retry = 0; retry <= 30; retry++) {
            for (Jitter jitter : new Jitter[] {Jitter.FULL, Jitter.EQUAL, Jitter.DECORRELATED}) {
                assertSpread(jitter, retry, Duration.ofMillis(floorMillis));
            }
        }
    }

    private static void assertSpread(Jitter jitter, int retry, Duration floor) {
        Backoff backoff = new Backoff(jitter, Duration.ofMillis(1), Duration.ofSeconds(1), floor);
        Random random = new Random(1);

        assertThat(IntStream.range(0, 50)
                        .mapToObj(i -> backoff.delay(retry, floor, random))
                        .distinct())
                .as("%s, retry %s", jitter, retry)
                .hasSizeGreaterThan(25);
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
}
