package dev.reprise.testkit.resumable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Answer;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Unknown;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.spi.Interventions.Action;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.Interventions.Intervention;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What engines make of what an operator has done (P12). */
class InterventionTest extends Fixture {
    private Intervened intervene(Action action) {
        return database.interventions().intervene(new Intervention(action, "ann", "ticket 7"));
    }

    private Action retry(String from) {
        return new Action.Retry(ID, found().record().token(), from, true);
    }

    @Test
    void a_retry_takes_an_operation_from_its_owner_and_another_finishes_it_under_the_same_child_key_P12()
            throws Exception {
        CountDownLatch there = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        Resumable<String, String, MemoryTransaction> booking = type((to, steps) -> {
            steps.local("create ride", String.class, transaction -> effect(transaction, "ride"));
            String charge = steps.remote("charge card", String.class, key -> peer.call(key, to));
            steps.remote("send receipt", String.class, key -> {
                if (first.getAndSet(false)) {
                    there.countDown();
                    goOn.await();
                }
                return "sent";
            });
            return charge;
        });
        ResumableEngine<MemoryTransaction> owner = node(booking);
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> answer.complete(owner.run(ID, booking, "to the airport", PATIENCE)));
        there.await();

        assertThat(intervene(retry("charge card"))).isInstanceOf(Intervened.Done.class);
        Answer finished = completing(booking).run(ID, booking, "to the airport", PATIENCE);
        goOn.countDown();

        assertThat(booking.result(finished)).contains("to the airport done");
        assertThat(booking.result(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)))
                .contains("to the airport done");
        assertThat(state()).isInstanceOf(Completed.class);
        assertThat(effects).containsExactly("ride");
        assertThat(peer.calls()).hasSize(2);
        assertThat(peer.applied()).isEqualTo(1);
    }

    @Test
    void a_parked_operation_goes_on_from_the_step_whose_result_was_wrong_P12() {
        AtomicBoolean broken = new AtomicBoolean(true);
        Resumable<String, String, MemoryTransaction> booking = type((to, steps) -> {
            String fare = steps.local("fare", String.class, transaction -> broken.get() ? "minus one" : "seven");
            return steps.remote("charge card", String.class, key -> {
                if (fare.startsWith("minus")) {
                    throw new IllegalArgumentException("no such fare");
                }
                return peer.call(key, fare);
            });
        });
        run(booking);
        ResumableEngine<MemoryTransaction> engine = completing(booking);
        assertThat(booking.result(engine.run(ID, booking, "to the airport", Duration.ofMillis(1))))
                .isEmpty();
        awaitParked();
        broken.set(false);

        assertThat(intervene(retry("fare"))).isInstanceOf(Intervened.Done.class);

        assertThat(booking.result(engine.run(ID, booking, "to the airport", PATIENCE)))
                .contains("seven done");
    }

    private void awaitParked() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!(state() instanceof Unknown)) {
            clock.advance(Duration.ofSeconds(1));
            assertThat(System.nanoTime()).as("patience").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
