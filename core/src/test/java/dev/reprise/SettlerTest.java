package dev.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.internal.Background;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes that were not acknowledged are made again until they are, unless the engine is closed. */
class SettlerTest {
    private final ManualRuntime runtime = new ManualRuntime();
    private final Background background = new Background(runtime);
    private final Settler settler = new Settler(runtime, background);
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    /** A write that goes wrong as many times as given, each time in the same way. */
    private void settle(int failures, Runnable failure) {
        settler.settle(
                "write",
                () -> {
                    if (attempts.incrementAndGet() <= failures) {
                        failure.run();
                        return false;
                    }
                    return true;
                },
                ended::incrementAndGet);
    }

    private void assertOpen(int count) {
        assertThat(settler.unsettled()).isEqualTo(count);
        assertThat(ended).hasValue(0);
    }

    private void assertSettledAfter(int count) {
        assertThat(attempts).hasValue(count);
        assertThat(settler.unsettled()).isZero();
        assertThat(ended).hasValue(1);
    }

    @Test
    void a_write_for_which_no_thread_can_be_started_waits_for_a_beat_that_finds_one_S19() {
        runtime.refuseThreads();
        settle(0, () -> {});
        settler.startPostponed();
        runtime.run();
        assertOpen(1);
        assertThat(attempts).hasValue(0);

        runtime.allowThreads();
        runtime.run();
        assertOpen(1);

        settler.startPostponed();
        runtime.run();
        assertSettledAfter(1);
        settler.startPostponed();
        runtime.run();
        assertSettledAfter(1);
    }

    @Test
    void a_write_that_waits_for_a_beat_when_the_engine_closes_is_given_up_and_its_place_with_it() {
        runtime.refuseThreads();
        settle(0, () -> {});
        background.close(Duration.ZERO);

        settler.startPostponed();

        assertThat(attempts).hasValue(0);
        assertThat(ended).hasValue(1);
        assertThat(settler.unsettled()).isZero();
    }

    @Test
    void all_that_were_postponed_are_started_as_soon_as_one_can_be() {
        runtime.refuseThreads();
        for (int i = 0; i < 3; i++) {
            settle(0, () -> {});
        }
        runtime.allowThreads();
        settler.startPostponed();
        runtime.run();

        assertThat(attempts).hasValue(3);
        assertThat(ended).hasValue(3);
        assertThat(settler.unsettled()).isZero();
    }

    @Test
    void a_write_is_made_again_with_growing_pauses_while_the_store_does_not_answer_S19() {
        settle(12, () -> {
            throw new StoreException("down", null);
        });
        runtime.run();

        assertSettledAfter(13);
        assertThat(runtime.pauses)
                .hasSize(12)
                .allSatisfy(pause -> assertThat(pause).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_write_that_throws_anything_else_is_made_again_too_S19(boolean speakable) {
        settle(3, () -> {
            throw speakable ? new InternalError("no memory, as injected") : new UnspeakableError();
        });
        runtime.run();

        assertSettledAfter(4);
    }

    @Test
    void a_write_that_cannot_be_waited_for_goes_on_at_a_later_beat_and_does_not_spin_S19() {
        runtime.onPause = () -> {
            throw new InternalError("no memory, as injected");
        };
        settle(2, () -> {
            throw new StoreException("down", null);
        });
        runtime.run();
        assertOpen(1);
        assertThat(attempts).hasValue(1);

        runtime.onPause = () -> {};
        settler.startPostponed();
        runtime.run();
        assertSettledAfter(3);
    }

    @Test
    void an_interrupt_gives_up_and_says_that_it_is_over() {
        settle(1, () -> Thread.currentThread().interrupt());
        runtime.run();

        assertThat(Thread.interrupted()).isTrue();
        assertSettledAfter(1);
    }

    @Test
    void nothing_is_begun_once_the_engine_is_closing() {
        background.close(Duration.ZERO);
        settle(0, () -> {});
        runtime.run();

        assertSettledAfter(0);
    }
}
