package dev.reprise.testkit.resumable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Answer;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Rejection;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.Resumable;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Steps that do not fit what is recorded, or are more than there is room for. */
class StepMismatchesTest extends Fixture {
    @Nested
    class That_do_not_fit_what_is_recorded {
        private void recordedThenDead() throws Exception {
            CountDownLatch there = new CountDownLatch(1);
            crash(
                    type((to, steps) -> {
                        steps.local("create ride", tx -> effect(tx, "ride"));
                        return steps.remote("charge card", String.class, key -> dieAfter(there));
                    }),
                    there);
        }

        private void assertParked(Resumable<String, String, MemoryTransaction> type, String... words) {
            assertThat(run(type)).isEqualTo(new Answer.Reject(Rejection.OUTCOME_UNKNOWN, Duration.ZERO));
            assertThat(state())
                    .isInstanceOfSatisfying(
                            Unknown.class,
                            unknown -> assertThat(unknown.reason()).contains(words));
            assertThat(steps()).contains("create ride");
        }

        @Test
        void because_a_recorded_one_is_not_asked_for_park_the_operation_P4() throws Exception {
            recordedThenDead();

            assertParked(
                    type((to, steps) -> steps.local("create booking", String.class, tx -> effect(tx, "booking"))),
                    "'create ride' was never asked for",
                    "bring the code back");
            assertThat(effects).containsExactly("ride");
        }

        @Test
        void because_one_is_of_another_kind_park_the_operation_P4() throws Exception {
            recordedThenDead();

            assertParked(
                    type((to, steps) -> steps.remote("create ride", String.class, key -> peer.call(key, "ride"))),
                    "'create ride' was recorded as LOCAL and is now REMOTE");
        }

        @Test
        void because_a_result_cannot_be_decoded_park_the_operation_P4() throws Exception {
            recordedThenDead();

            assertParked(
                    type((to, steps) -> "" + steps.local("create ride", Integer.class, tx -> 1)),
                    "'create ride' cannot be decoded");
        }

        @Test
        void may_be_moved_and_added_P4() throws Exception {
            recordedThenDead();
            Resumable<String, String, MemoryTransaction> edited = type((to, steps) -> {
                steps.local("look at the weather", tx -> effect(tx, "weather"));
                steps.remote("charge card", String.class, key -> peer.call(key, "charge"));
                steps.local("create ride", tx -> effect(tx, "another ride"));
                return "done";
            });

            assertThat(edited.result(run(edited))).contains("done");
            assertThat(effects).containsExactly("ride", "weather");
        }

        @Test
        void because_a_name_comes_twice_are_refused_P4() {
            assertThatThrownBy(() -> run(type((to, steps) -> {
                        steps.local("create ride", tx -> effect(tx, "ride"));
                        return steps.local("create ride", String.class, tx -> effect(tx, "ride"));
                    })))
                    .hasMessageContaining("'create ride' is asked for twice");
            assertThat(effects).isEmpty();
        }

        @Test
        void because_one_is_inside_of_another_are_refused() {
            assertThatThrownBy(() -> run(type((to, steps) -> steps.local(
                            "outer", String.class, tx -> steps.local("inner", String.class, inner -> "x")))))
                    .hasMessageContaining("'inner' begins inside of a local step");
        }
    }

    @Nested
    class That_are_too_large {
        @Test
        void because_of_the_input_are_refused() {
            Resumable<String, String, MemoryTransaction> small =
                    type(StepMismatchesTest.this::book).with(POLICY.withLimits(5, 10));

            assertThatThrownBy(() -> node(small).run(ID, small, "too long", Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("8 bytes, and may have 5");
        }

        @Test
        void because_of_a_result_are_not_done() {
            Resumable<String, String, MemoryTransaction> small = type((to, steps) ->
                            steps.local("a", String.class, tx -> effect(tx, "far too long")))
                    .with(POLICY.withLimits(5, 10));

            assertThatThrownBy(() -> node(small).run(ID, small, "in", Duration.ZERO))
                    .hasMessageContaining("'a' has 12 bytes, and may have 5");
            assertThat(effects).isEmpty();
        }

        @Test
        void because_there_are_too_many_park_the_operation() {
            Resumable<String, String, MemoryTransaction> small = type((to, steps) -> {
                        IntStream.range(0, 5).forEach(i -> steps.remote("call " + i, String.class, key -> "x"));
                        return to;
                    })
                    .with(POLICY.withLimits(100, 3));

            node(small).run(ID, small, "in", Duration.ZERO);

            assertThat(state())
                    .isInstanceOfSatisfying(
                            Unknown.class,
                            unknown -> assertThat(unknown.reason()).contains("more than 3 steps"));
        }
    }
}
