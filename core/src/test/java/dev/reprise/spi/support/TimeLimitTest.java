package dev.reprise.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.UnspeakableError;
import dev.reprise.spi.StoreException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No test of Lincheck stands beside this one: time stands still for it, and the moments that matter, at which the watchdog
 * ends, come after so many pauses that it found none of the breaks that were planted there.
 */
class TimeLimitTest {
    private final TimeLimit limit = new TimeLimit(Duration.ofMillis(100));

    @Test
    void a_call_that_is_not_answered_in_time_fails_S22() {
        Call<String> late = new Call<>();
        limit.watch(late);
        assertThatThrownBy(late::await)
                .isInstanceOf(StoreException.class)
                .hasMessage("The store did not answer within 100 ms");
    }

    @Test
    void an_answer_in_time_stays() {
        Call<String> answered = new Call<>();
        Call<String> late = new Call<>();
        limit.watch(answered);
        limit.watch(late);
        answered.answer("in time");
        assertThatThrownBy(late::await).isInstanceOf(StoreException.class);
        assertThat(answered.await()).isEqualTo("in time");
    }

    /** Answers are large, and one call that hangs must not keep those of all others in memory. */
    @Test
    void what_was_answered_is_let_go_while_an_earlier_call_waits() {
        TimeLimit lasting = new TimeLimit(Duration.ofMinutes(10));
        Call<byte[]> waiting = new Call<>();
        lasting.watch(waiting);
        WeakReference<byte[]> answer = answered(lasting);

        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (answer.get() != null && System.nanoTime() - end < 0) {
            System.gc();
        }

        assertThat(answer.get()).isNull();
        waiting.answer(new byte[0]);
    }

    private static WeakReference<byte[]> answered(TimeLimit limit) {
        Call<byte[]> call = new Call<>();
        limit.watch(call);
        call.answer(new byte[1]);
        return new WeakReference<>(call.await());
    }

    @Test
    void the_watch_ends_by_itself_and_begins_anew() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            Call<String> late = new Call<>();
            limit.watch(late);
            Thread watchdog = watchdog();
            assertThatThrownBy(late::await).isInstanceOf(StoreException.class);
            watchdog.join(Duration.ofSeconds(10));
            assertThat(watchdog.isAlive()).isFalse();
        }
    }

    /** A call whose caller cannot be told, as where there is no memory for it. */
    private static final class UnfailableCall extends Call<String> {
        private final Error thrown;

        private UnfailableCall(Error thrown) {
            this.thrown = thrown;
        }

        @Override
        public void fail(Throwable failure) {
            throw thrown;
        }
    }

    static Stream<Error> anything() {
        return Stream.of(new OutOfMemoryError("no memory"), new StackOverflowError(), new UnspeakableError());
    }

    @ParameterizedTest
    @MethodSource("anything")
    void calls_are_limited_whatever_was_thrown_when_an_earlier_one_was_failed_S22(Error thrown) {
        limit.watch(new UnfailableCall(thrown));
        Call<String> beside = new Call<>();
        limit.watch(beside);
        assertThatThrownBy(beside::await).hasMessage("The store did not answer within 100 ms");

        Call<String> later = new Call<>();
        limit.watch(later);
        assertThatThrownBy(later::await).hasMessage("The store did not answer within 100 ms");
    }

    private static Thread watchdog() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("reprise-store-watchdog"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("Nobody watches"));
    }
}
