package dev.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.internal.Reaper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReaperTest {
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int BATCH = 50;
    private static final Duration WORK = Duration.ofMillis(1);

    private final ManualRuntime runtime = new ManualRuntime();

    /** What it was asked to delete. */
    private record Batch(Duration at, int limit) {
        /** Until the next batch. */
        private Duration rest(Batch next) {
            return next.at.minus(at).minus(WORK);
        }
    }

    private Duration now() {
        return Duration.ofNanos(runtime.nanoTime());
    }

    private void pass(Duration time) {
        try {
            runtime.sleep(time);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Reaps until so much time has passed. */
    private void reap(Duration length, IntUnaryOperator purge) {
        Reaper[] reaper = new Reaper[1];
        reaper[0] = new Reaper(runtime, PAUSE, BATCH, limit -> {
            if (now().compareTo(length) >= 0) {
                reaper[0].close();
            }
            return purge.applyAsInt(limit);
        });
        runtime.run();
    }

    /** The batches of a round without end. */
    private List<Batch> endless(Duration length) {
        List<Batch> batches = new ArrayList<>();
        reap(length, limit -> {
            batches.add(new Batch(now(), limit));
            pass(WORK);
            return limit;
        });
        return batches;
    }

    @Test
    void it_takes_a_tenth_of_the_time() {
        List<Batch> batches = endless(PAUSE.plusSeconds(1));

        assertThat(batches).hasSize(101).allMatch(batch -> batch.limit() == BATCH);
        for (int i = 1; i < batches.size(); i++) {
            assertThat(batches.get(i - 1).rest(batches.get(i))).isEqualTo(WORK.multipliedBy(9));
        }
    }

    @Test
    void a_round_that_does_not_end_rests_less_and_less_and_then_takes_larger_batches() {
        List<Batch> batches = endless(PAUSE.plusMinutes(60));

        assertPace(batches, 0, 9, BATCH);
        assertPace(batches, 5, 4, BATCH);
        assertPace(batches, 10, 2, BATCH);
        assertPace(batches, 15, 1, BATCH);
        assertPace(batches, 20, 0, BATCH);
        assertPace(batches, 25, 0, 2 * BATCH);
        assertPace(batches, 30, 0, 4 * BATCH);
        assertPace(batches, 35, 0, 8 * BATCH);
        assertPace(batches, 40, 0, 16 * BATCH);
        assertPace(batches, 59, 0, 16 * BATCH);
    }

    private static void assertPace(List<Batch> batches, long minutes, long rests, int limit) {
        Duration time = PAUSE.plusMinutes(minutes);
        int first = 0;
        while (batches.get(first).at().compareTo(time) < 0) {
            first++;
        }
        assertThat(batches.get(first).rest(batches.get(first + 1)))
                .as("minute %d", minutes)
                .isEqualTo(WORK.multipliedBy(rests));
        assertThat(batches.get(first).limit()).as("minute %d", minutes).isEqualTo(limit);
    }

    @Test
    void the_round_after_one_that_came_to_its_end_is_gentle() {
        List<Batch> batches = new ArrayList<>();
        Duration end = PAUSE.plusMinutes(22);
        boolean[] ended = new boolean[1];
        reap(end.plus(PAUSE).plusSeconds(1), limit -> {
            batches.add(new Batch(now(), limit));
            pass(WORK);
            if (ended[0] || now().compareTo(end) < 0) {
                return limit;
            }
            ended[0] = true;
            return limit - 1;
        });

        List<Batch> next = batches.stream()
                .filter(batch -> batch.at().compareTo(end.plus(PAUSE)) >= 0)
                .toList();
        assertThat(next.get(0).rest(next.get(1))).isEqualTo(WORK.multipliedBy(9));
    }

    /** A batch of the store takes as long as ten records, and two tenths of a millisecond more for each of its own. */
    @ParameterizedTest
    @ValueSource(ints = {10, 100, 800, 3_000, 4_500})
    void what_is_overdue_stays_bounded_at_any_rate_that_the_store_can_delete_at(int perSecond) {
        long[] deleted = {0};
        long[] most = {0};
        reap(Duration.ofHours(8), limit -> {
            long overdue = now().toMillis() * perSecond / 1_000 - deleted[0];
            most[0] = Math.max(most[0], overdue);
            int batch = (int) Math.min(limit, overdue);
            deleted[0] += batch;
            pass(Duration.ofNanos((10 + batch) * 200_000L));
            return batch;
        });

        assertThat(most[0]).isLessThan(Duration.ofMinutes(45).toSeconds() * perSecond);
    }

    @Test
    void a_process_that_was_suspended_goes_on_soon() {
        List<Duration> began = new ArrayList<>();
        reap(Duration.ofHours(8), limit -> {
            began.add(now());
            pass(Duration.ofHours(8));
            return began.size() == 1 ? limit : 0;
        });

        assertThat(began.get(1).minus(began.get(0)))
                .isEqualTo(Duration.ofHours(8).plusSeconds(10));
    }
}
