package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reprise.Answer;
import dev.reprise.Execution;
import dev.reprise.IdempotencyEvent;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationPolicy.Uncertain;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Kind;
import dev.reprise.Outcome;
import dev.reprise.Reconciler;
import dev.reprise.Rejection;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the engine does about operations whose outcome is uncertain, and whose owner comes back late. */
class EngineUncertaintyTest extends EngineFixture {
    @Nested
    class UncertainOutcomes {
        @Test
        void no_effect_frees_the_key_and_the_retry_executes_S14() {
            Answer first =
                    engine.execute(operation("k"), execution -> new Outcome.NotExecuted(response(429, "slow down")));
            Answer second = engine.execute(operation("k"), EngineUncertaintyTest.this::pay);

            assertFresh(first, response(429, "slow down"));
            assertThat(((Answer.Fresh) first).retention()).isZero();
            assertFresh(second, response(201, "effect 1"));
        }

        @Test
        void an_uncertain_effect_is_kept_as_unknown_and_never_executed_again_S15() {
            Answer first = engine.execute(
                    operation("k"), execution -> new Outcome.Uncertain(response(500, "oops"), "upstream said 500"));
            Answer second = engine.execute(operation("k"), EngineUncertaintyTest.this::pay);
            clock.advance(Duration.ofDays(365));
            Answer muchLater = engine.execute(operation("k"), EngineUncertaintyTest.this::pay);

            assertFresh(first, response(500, "oops"));
            assertRejected(second, Rejection.OUTCOME_UNKNOWN);
            assertRejected(muchLater, Rejection.OUTCOME_UNKNOWN);
            assertThat(effects).hasValue(0);
            assertThat(events(IdempotencyEvent.OutcomeUnknown.class))
                    .hasSize(3)
                    .allSatisfy(event -> assertThat(event.reason()).isEqualTo("upstream said 500"));
        }

        @Test
        void a_reconciler_is_told_for_how_long_it_has_been_unknown_by_the_clock_of_the_store_S28_S33()
                throws Exception {
            engine.execute(operation("k"), execution -> new Outcome.Uncertain(response(500, "oops"), "500"));
            clock.advance(Duration.ofSeconds(40));
            BlockingQueue<Object> told = new LinkedBlockingQueue<>();

            engine.execute(
                    operation("k", POLICY.withReconciler(new Reconciler() {
                        @Override
                        public Finding reconcile(OperationRecord record, Duration unknownFor) {
                            told.add(unknownFor);
                            return new Finding.Happened(response(201, "found"));
                        }

                        @Override
                        public void settled(OperationRecord record) {
                            told.add(state(operation("k")).kind());
                        }
                    })),
                    EngineUncertaintyTest.this::pay);

            assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo(Duration.ofSeconds(40));
            assertThat(told.poll(60, TimeUnit.SECONDS)).as("when it is settled").isEqualTo(Kind.COMPLETED);
        }

        @Test
        void an_uncertain_effect_of_a_handler_declared_safe_is_executed_again_S15() {
            OperationPolicy safe = POLICY.withUncertain(Uncertain.RERUN);
            engine.execute(operation("k", safe), execution -> new Outcome.Uncertain(response(500, "oops"), "500"));

            assertFresh(
                    engine.execute(operation("k", safe), EngineUncertaintyTest.this::pay), response(201, "effect 1"));
        }

        @Test
        void a_handler_that_throws_is_an_uncertain_outcome_and_the_exception_goes_on() {
            assertThatThrownBy(() -> engine.execute(operation("k"), execution -> {
                        throw new IllegalArgumentException("broken");
                    }))
                    .hasMessage("broken");

            assertRejected(engine.begin(operation("k")), Rejection.OUTCOME_UNKNOWN);
        }

        @Test
        void an_abandoned_operation_becomes_unknown_when_somebody_asks_again() {
            abandoned(operation("k"));

            assertRejected(engine.begin(operation("k")), Rejection.OUTCOME_UNKNOWN);
            assertThat(state(operation("k")))
                    .isInstanceOfSatisfying(
                            OperationState.Unknown.class,
                            unknown -> assertThat(unknown.reason()).contains("attempt 1"));
        }

        @Test
        void an_abandoned_operation_declared_safe_runs_again_as_the_next_attempt() {
            OperationPolicy safe = POLICY.withUncertain(Uncertain.RERUN);
            Execution lost = abandoned(operation("k", safe));

            Execution second = begin(operation("k", safe));

            assertThat(second.attempt()).isEqualTo(2);
            assertThat(second.token()).isGreaterThan(lost.token());
            assertThat(events(IdempotencyEvent.TakenOver.class)).hasSize(1);
        }

        @Test
        void a_waiting_duplicate_takes_an_abandoned_operation_over_when_its_lease_ends() throws Exception {
            OperationPolicy safe = POLICY.withUncertain(Uncertain.RERUN).withLease(Duration.ofMillis(50));
            begin(operation("k", safe));
            store.inject(FaultyStore.Fault.FAIL, FaultyStore.Call.RENEW);
            OperationPolicy waiting = safe.withMaxWait(Duration.ofHours(1));
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Answer> duplicate =
                        threads.submit(() -> engine.execute(operation("k", waiting), EngineUncertaintyTest.this::pay));
                clock.advance(Duration.ofMillis(51));

                assertFresh(duplicate.get(10, TimeUnit.SECONDS), response(201, "effect 1"));
            }
        }
    }

    @Nested
    class SlowOwners {
        @Test
        void whose_operation_is_unknown_meanwhile_still_record_what_they_know_S32() {
            Execution slow = abandoned(operation("k"));
            assertRejected(engine.begin(operation("k")), Rejection.OUTCOME_UNKNOWN);

            assertFresh(slow.finish(answered(response(200, "slow"))), response(200, "slow"));

            assertReplay(engine.begin(operation("k")), response(200, "slow"));
        }

        @Test
        void whose_operation_is_unknown_meanwhile_free_the_key_if_they_did_nothing_S32() {
            Execution slow = abandoned(operation("k"));
            assertRejected(engine.begin(operation("k")), Rejection.OUTCOME_UNKNOWN);

            slow.finish(new Outcome.NotExecuted(response(503, "not now")));

            assertFresh(engine.execute(operation("k"), EngineUncertaintyTest.this::pay), response(201, "effect 1"));
        }
    }

    @Nested
    class LateOwners {
        @Test
        void get_the_record_of_their_successor_and_change_nothing_S27() {
            OperationPolicy safe = POLICY.withUncertain(Uncertain.RERUN);
            Execution late = abandoned(operation("k", safe));
            Execution successor = begin(operation("k", safe));

            assertRejected(late.finish(answered(response(200, "late"))), Rejection.IN_PROGRESS);
            successor.finish(answered(response(200, "successor")));

            assertReplay(engine.begin(operation("k")), response(200, "successor"));
            assertThat(events(IdempotencyEvent.LeaseLost.class)).hasSize(1);
        }

        @Test
        void get_the_replay_when_their_successor_has_finished_S27() {
            OperationPolicy safe = POLICY.withUncertain(Uncertain.RERUN);
            Execution late = abandoned(operation("k", safe));
            begin(operation("k", safe)).finish(answered(response(200, "successor")));

            assertReplay(late.finish(answered(response(200, "late"))), response(200, "successor"));
        }

        @Test
        void learn_from_the_heartbeat_that_they_lost_the_lease() {
            OperationPolicy safe = POLICY.withUncertain(Uncertain.RERUN);
            Execution late = begin(operation("k", safe));
            store.inject(FaultyStore.Fault.FAIL, FaultyStore.Call.RENEW);
            clock.advance(POLICY.lease().plusMillis(1));
            begin(operation("k", safe));
            store.heal();

            await().until(late::leaseLost);
            assertThat(events(IdempotencyEvent.LeaseLost.class)).hasSize(1);
        }

        @Test
        void cannot_finish_twice() {
            Execution execution = begin(operation("k"));
            execution.finish(pay(execution));

            assertThatThrownBy(() -> execution.finish(pay(execution))).isInstanceOf(IllegalStateException.class);
        }
    }
}
