package dev.reprise.console.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyEvent.AlreadyHandled;
import dev.reprise.IdempotencyEvent.Executed;
import dev.reprise.IdempotencyEvent.InProgress;
import dev.reprise.IdempotencyEvent.LeaseLost;
import dev.reprise.IdempotencyEvent.Mismatch;
import dev.reprise.IdempotencyEvent.OutcomeUnknown;
import dev.reprise.IdempotencyEvent.RanTooLong;
import dev.reprise.IdempotencyEvent.Reconciled;
import dev.reprise.IdempotencyEvent.Released;
import dev.reprise.IdempotencyEvent.Replayed;
import dev.reprise.IdempotencyEvent.StoreFailed;
import dev.reprise.IdempotencyEvent.TakenOver;
import dev.reprise.IdempotencyException;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Reconciler.Finding;
import dev.reprise.Scope;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An hour of figures, in which nothing is missing and nothing grows. */
class ActivityTest {
    private static final OperationId ID = new OperationId(new Scope("alice", "/"), new IdempotencyKey("k"));
    private static final Duration SHORT = Duration.ofMillis(1);

    private final SettableClock clock = new SettableClock();
    private final Activity activity = new Activity(clock);
    private final Instant start = clock.instant();

    private List<ActivityPoint> all() {
        return activity.after(Instant.EPOCH);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void executed(Duration time) {
        activity.on(new Executed(ID, time, 201));
    }

    private void replayed() {
        activity.on(new Replayed(ID, SHORT));
    }

    @Test
    void counts_each_event_once_as_what_it_is() {
        List<IdempotencyEvent> events = List.of(
                new Executed(ID, Duration.ofMillis(20), 201),
                new Released(ID, SHORT, 502),
                new Replayed(ID, SHORT),
                new InProgress(ID, SHORT),
                new Mismatch(ID, SHORT),
                new AlreadyHandled(ID, SHORT),
                new TakenOver(ID, SHORT, 2),
                new LeaseLost(ID, SHORT),
                new RanTooLong(ID, SHORT),
                new OutcomeUnknown(ID, SHORT, "lost"),
                new Reconciled(ID, SHORT, new Finding.NotKnown("busy")),
                new StoreFailed(ID, SHORT, new IdempotencyException("down", null)));
        events.forEach(activity::on);
        clock.advance(Activity.STEP);

        assertThat(all()).singleElement().satisfies(point -> {
            assertThat(point.at()).isEqualTo(start);
            assertThat(List.of(point.executed(), point.replayed(), point.refused(), point.released(), point.unknown()))
                    .containsExactly(1, 1, 4, 1, 1);
            assertThat(Objects.requireNonNull(point.median()).toNanos() / 1e6).isCloseTo(20, within(0.7));
            assertThat(point.isQuiet()).isFalse();
        });
    }

    @Test
    void shows_a_step_when_it_is_over_and_later_ones_to_who_has_seen_it() {
        replayed();
        assertThat(all()).isEmpty();
        clock.advance(Activity.STEP);
        replayed();
        replayed();
        clock.advance(Activity.STEP);

        assertThat(all()).extracting(ActivityPoint::replayed).containsExactly(1, 2);
        assertThat(activity.after(start)).extracting(ActivityPoint::replayed).containsExactly(2);
        assertThat(activity.after(start.plus(Activity.STEP))).isEmpty();
    }

    @Test
    void has_points_for_quiet_times_and_no_time_where_nothing_was_executed() {
        replayed();
        clock.advance(Activity.STEP.multipliedBy(5));
        replayed();
        clock.advance(Activity.STEP.multipliedBy(3));

        assertThat(all()).extracting(ActivityPoint::replayed).containsExactly(1, 0, 0, 0, 0, 1, 0, 0);
        assertThat(all())
                .allSatisfy(point -> assertThat(point.median()).isNull())
                .extracting(ActivityPoint::isQuiet)
                .containsExactly(false, true, true, true, true, false, true, true);
    }

    @Test
    void forgets_what_is_older_than_an_hour() {
        for (int i = 0; i < 2 * Activity.STEPS; i++) {
            for (int times = 0; times <= i; times++) {
                replayed();
            }
            clock.advance(Activity.STEP);
        }

        assertThat(all())
                .hasSize(Activity.STEPS)
                .extracting(ActivityPoint::replayed)
                .startsWith(Activity.STEPS + 1)
                .endsWith(2 * Activity.STEPS);

        clock.advance(Duration.ofDays(1));
        assertThat(all()).hasSize(Activity.STEPS).allMatch(ActivityPoint::isQuiet);
        replayed();
        clock.advance(Activity.STEP);
        assertThat(all()).last().extracting(ActivityPoint::replayed).isEqualTo(1);
        assertThat(all().subList(0, Activity.STEPS - 1)).allMatch(ActivityPoint::isQuiet);
    }

    @Test
    void tells_within_which_time_most_were() {
        for (int millis = 1; millis <= 1_000; millis++) {
            executed(Duration.ofMillis(millis));
        }
        clock.advance(Activity.STEP);

        ActivityPoint point = all().getFirst();
        assertThat(Objects.requireNonNull(point.median()).toMillis()).isCloseTo(500, within(17L));
        assertThat(Objects.requireNonNull(point.slow()).toMillis()).isCloseTo(990, within(32L));
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000, 15_000, 16_000, 17_000, 1_234_567, 59_000_000_000L, 2_000_000_000_000L})
    void is_right_to_some_percent_for_short_and_long_times(long nanos) {
        executed(Duration.ofNanos(nanos));
        clock.advance(Activity.STEP);

        assertThat((double) Objects.requireNonNull(all().getFirst().slow()).toNanos())
                .isCloseTo((double) nanos, within(nanos * 0.033));
    }

    @ParameterizedTest
    @ValueSource(longs = {-5, 0, 999, Long.MAX_VALUE})
    void takes_any_time_for_what_is_next_to_it(long nanos) {
        executed(Duration.ofNanos(nanos));
        clock.advance(Activity.STEP);

        assertThat(Objects.requireNonNull(all().getFirst().median()))
                .isBetween(Duration.ofNanos(1_000), Duration.ofMinutes(36));
    }

    @Test
    void counts_for_the_latest_step_while_the_clock_goes_back() {
        clock.advance(Activity.STEP);
        replayed();
        clock.advance(Activity.STEP.multipliedBy(-20));
        replayed();
        assertThat(all()).extracting(ActivityPoint::replayed).containsExactly(0);
        clock.advance(Activity.STEP.multipliedBy(21));

        assertThat(all()).extracting(ActivityPoint::replayed).containsExactly(0, 2);
    }

    @Test
    void counts_what_a_thread_was_about_to_add_when_the_step_ended() throws Exception {
        CountDownLatch looked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Activity slow = new Activity(() -> {
            Instant now = clock.instant();
            if (Thread.currentThread().getName().equals("slow")) {
                looked.countDown();
                await(goOn);
            }
            return now;
        });
        Thread thread = Thread.ofVirtual().name("slow").start(() -> slow.on(new Replayed(ID, SHORT)));
        await(looked);
        clock.advance(Activity.STEP);
        slow.on(new Replayed(ID, SHORT));
        goOn.countDown();
        thread.join();
        clock.advance(Activity.STEP);

        assertThat(slow.after(Instant.EPOCH))
                .extracting(ActivityPoint::replayed)
                .containsExactly(1, 1);
    }

    @Test
    void misses_nothing_of_what_two_threads_do_while_steps_end() throws Exception {
        int steps = 1_000;
        int events = 100;
        CyclicBarrier together = new CyclicBarrier(2);
        AtomicInteger caller = new AtomicInteger();
        List<Integer> seen = Parallel.run(2, () -> {
            boolean moves = caller.getAndIncrement() == 0;
            int found = 0;
            Instant last = Instant.EPOCH;
            for (int step = 0; step < steps; step++) {
                together.await();
                for (int i = 0; i < events; i++) {
                    if (moves && i == events / 2) {
                        clock.advance(Activity.STEP);
                    }
                    executed(SHORT);
                }
                together.await();
                for (ActivityPoint point : moves ? activity.after(last) : List.<ActivityPoint>of()) {
                    found += point.executed();
                    last = point.at();
                }
            }
            return found;
        });
        clock.advance(Activity.STEP);

        int rest = all().getLast().executed();
        assertThat(seen.stream().mapToInt(Integer::intValue).sum() + rest).isEqualTo(2 * steps * events);
    }
}
