package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.Answer;
import dev.reprise.Decision;
import dev.reprise.Execution;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Outcome;
import dev.reprise.Rejection;
import dev.reprise.testkit.FaultyStore.Call;
import dev.reprise.testkit.FaultyStore.Fault;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a caller does with a stage of the engine keeps nothing from being done that has to be. */
class EngineAsyncTest extends EngineFaultsFixture {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final LinkedBlockingQueue<Runnable> later = new LinkedBlockingQueue<>();
    private final IdempotencyEngine told =
            IdempotencyEngine.over(ToldStore.of(store, later::add)).build();

    @AfterEach
    void closeTold() {
        told.close();
    }

    /** The store answers its next call. */
    private void answerNext() throws InterruptedException {
        Runnable call = later.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(call).as("a call of the store").isNotNull();
        call.run();
    }

    private static void cancel(CompletionStage<?> stage) {
        assertThat(stage.toCompletableFuture().cancel(true)).isTrue();
    }

    @Test
    void who_gives_up_before_its_turn_leaves_the_key_free() throws Exception {
        cancel(told.beginAsync(operation("k")));
        answerNext();

        await().until(() -> store.find(operation("k").id()).isEmpty());
        assertThat(engine.begin(operation("k"))).isInstanceOf(Decision.Execute.class);
    }

    @Test
    void who_gives_up_while_its_operation_is_claimed_keeps_it_neither_from_running_nor_from_being_recorded_S19()
            throws Exception {
        cancel(told.executeAsync(operation("k"), execution -> CompletableFuture.completedFuture(pay(execution))));
        answerNext();
        answerNext();

        assertReplay(engine.begin(operation("k")), response(201, "effect 1"));
    }

    @Test
    void who_gives_up_while_its_outcome_is_recorded_loses_nothing_when_the_store_fails_once_S19() throws Exception {
        CompletionStage<Decision> decision = told.beginAsync(operation("k"));
        answerNext();
        Execution execution = ((Decision.Execute) decision.toCompletableFuture().get()).execution();
        store.inject(Fault.FAIL, Call.COMPLETE, 1);

        cancel(execution.finishAsync(pay(execution)));
        answerNext();

        await().untilAsserted(() -> assertReplay(engine.begin(operation("k")), response(201, "effect 1")));
    }

    @Test
    @SuppressWarnings("NullAway") // What a handler in another language, or without checks, may do.
    void a_handler_whose_stage_has_no_outcome_leaves_an_unknown_one_and_stops_nobody_S15() throws Exception {
        CompletionStage<Answer> answer =
                told.executeAsync(operation("k"), execution -> CompletableFuture.<Outcome>completedFuture(null));
        answerNext();

        assertThat(answer)
                .failsWithin(SOON)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(NullPointerException.class)
                .withMessageContaining("its operation is unknown now");
        assertRejected(engine.begin(operation("k")), Rejection.OUTCOME_UNKNOWN);
    }
}
