package dev.reprise.testkit.resumable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Answer;
import dev.reprise.OperationState.Unknown;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.StepOptions;
import dev.reprise.resumable.Steps.Finding;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A call of a step takes no longer than the step allows; its thread is interrupted. */
class StepTimeLimitTest extends Fixture {
    private static final StepOptions SHORT = StepOptions.DEFAULT.withTimeLimit(Duration.ofMillis(10));

    @Test
    void a_call_that_hangs_fails_and_the_operation_backs_off_P7() {
        Resumable<String, String, MemoryTransaction> hanging = type((to, steps) -> {
            steps.local("create ride", tx -> effect(tx, "ride"));
            return steps.with(SHORT).remote("charge card", String.class, key -> hang());
        });

        Answer answer = run(hanging);

        assertThat(answer).isInstanceOf(Answer.Reject.class);
        assertThat(found().lastError()).contains("longer than 10 ms");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void a_call_that_hangs_once_is_made_again_as_the_options_say() {
        AtomicInteger calls = new AtomicInteger();
        StepOptions twice = SHORT.withAttempts(2).withPauses(Duration.ofMillis(1), Duration.ofMillis(1));
        Resumable<String, String, MemoryTransaction> hanging =
                type((to, steps) -> steps.with(twice).remote("charge card", String.class, key -> {
                    return calls.incrementAndGet() == 1 ? hang() : "charged";
                }));

        assertThat(hanging.result(run(hanging))).contains("charged");
        assertThat(calls).hasValue(2);
    }

    @Test
    void a_result_that_comes_late_all_the_same_counts_and_the_interrupt_reaches_no_later_step() {
        Resumable<String, String, MemoryTransaction> late = type((to, steps) -> {
            String charge = steps.with(SHORT).remote("charge card", String.class, key -> {
                try {
                    return hang();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return "charged";
                }
            });
            return steps.local("confirm", String.class, tx -> {
                Thread.sleep(Duration.ofNanos(1));
                return effect(tx, charge);
            });
        });

        assertThat(late.result(run(late))).contains("charged");
    }

    @Test
    void a_call_without_a_key_that_hangs_is_asked_about_P6() {
        Resumable<String, String, MemoryTransaction> asked = type((to, steps) ->
                steps.with(SHORT).once("send fax", String.class, key -> hang(), key -> new Finding.Happened<>("sent")));

        assertThat(asked.result(run(asked))).contains("sent");
    }

    @Test
    void a_call_without_a_key_that_hangs_and_cannot_be_asked_about_is_parked_P6() {
        run(type((to, steps) -> steps.with(SHORT).once("send fax", String.class, key -> hang())));

        assertThat(state())
                .isInstanceOfSatisfying(
                        Unknown.class,
                        unknown -> assertThat(unknown.reason()).contains("send fax", "longer than 10 ms"));
    }

    @Test
    void a_run_that_lasts_longer_than_it_may_is_interrupted_S34() {
        Resumable<String, String, MemoryTransaction> hanging = type((to, steps) -> {
                    steps.local("create ride", tx -> effect(tx, "ride"));
                    return steps.remote("charge card", String.class, key -> hang());
                })
                .with(POLICY.withMaxRunTime(Duration.ofMillis(10)));

        assertThat(run(hanging)).isInstanceOf(Answer.Reject.class);
    }

    private static String hang() throws InterruptedException {
        new CountDownLatch(1).await();
        throw new IllegalStateException("It never gets here");
    }
}
