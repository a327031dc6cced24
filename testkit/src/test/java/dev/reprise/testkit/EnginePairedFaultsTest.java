package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.Answer;
import dev.reprise.Decision;
import dev.reprise.Execution;
import dev.reprise.IdempotencyEngine;
import dev.reprise.IdempotencyEvent;
import dev.reprise.Operation;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationPolicy.Duplicates;
import dev.reprise.OperationPolicy.StoreFailure;
import dev.reprise.Outcome;
import dev.reprise.Rejection;
import dev.reprise.spi.Lease;
import dev.reprise.testkit.FaultyStore.Call;
import dev.reprise.testkit.FaultyStore.Fault;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two things go wrong in the same moment, and still nothing is executed twice, and nothing is lost. */
class EnginePairedFaultsTest extends EngineFaultsFixture {
    @Nested
    class OwnersThatDied {
        static Stream<Arguments> pairsOfFaults() {
            List<Fault> faults = List.of(Fault.FAIL, Fault.LOSE_ACKNOWLEDGEMENT, Fault.ERROR);
            return faults.stream().flatMap(taking -> faults.stream().map(parking -> Arguments.of(taking, parking)));
        }

        @ParameterizedTest
        @MethodSource("pairsOfFaults")
        void leave_nothing_that_is_executed_again_however_their_successor_fails_S15(Fault taking, Fault parking) {
            died(operation("k"));
            store.inject(taking, Call.TAKE_OVER);
            store.inject(parking, Call.PARK);
            store.inject(parking, Call.PARK_ABANDONED);
            assertThat(engine.begin(operation("k"))).isInstanceOf(Answer.Reject.class);
            store.heal();
            awaitQuiet();

            assertRejected(engine.begin(operation("k")), Rejection.OUTCOME_UNKNOWN);
        }

        @Test
        void stay_the_ones_who_ran_when_a_take_over_that_was_not_acknowledged_is_taken_back_S15() {
            died(operation("k", RERUN));
            store.inject(Fault.LOSE_ACKNOWLEDGEMENT, Call.TAKE_OVER, 1);
            assertRejected(engine.begin(operation("k", RERUN)), Rejection.STORE_UNAVAILABLE);
            awaitQuiet();

            assertRejected(engine.begin(operation("k")), Rejection.OUTCOME_UNKNOWN);
        }

        @Test
        void are_not_the_node_that_starts_again_under_their_name_S15() {
            try (IdempotencyEngine before = node("host-1")) {
                assertThat(before.begin(operation("k"))).isInstanceOf(Decision.Execute.class);
            }
            try (IdempotencyEngine after = node("host-1")) {
                assertRejected(after.begin(operation("k")), Rejection.IN_PROGRESS);
                clock.advance(POLICY.lease());
                assertRejected(after.begin(operation("k")), Rejection.OUTCOME_UNKNOWN);
            }
        }
    }

    /** Nobody was told that they had landed, and so nobody executed anything. */
    @Nested
    class UnnoticedClaims {
        private void landAndBecomeUnknown(OperationPolicy policy, Call claim) {
            store.inject(Fault.LOSE_ACKNOWLEDGEMENT, claim, 1);
            store.inject(Fault.FAIL, Call.FIND);
            assertRejected(engine.begin(operation("k", policy)), Rejection.STORE_UNAVAILABLE);
            clock.advance(POLICY.lease().plusMillis(1));
            assertRejected(engine.begin(operation("k")), Rejection.OUTCOME_UNKNOWN);
        }

        @Test
        void are_taken_back_also_when_somebody_has_made_them_unknown_S15() {
            landAndBecomeUnknown(POLICY, Call.ACQUIRE);
            store.heal();
            awaitQuiet();

            assertFresh(engine.execute(operation("k"), EnginePairedFaultsTest.this::pay), response(201, "effect 1"));
        }

        @Test
        void leave_unknown_what_they_took_over_from_somebody_who_may_have_run_S15() {
            died(operation("k", RERUN));
            landAndBecomeUnknown(RERUN, Call.TAKE_OVER);
            store.heal();
            awaitQuiet();

            assertRejected(engine.begin(operation("k")), Rejection.OUTCOME_UNKNOWN);
        }
    }

    /** A free key was somebody's a moment ago: whoever claims it names a token that is none any more. */
    @Nested
    class KeysThatBecomeFree {
        private void releasedBeforeTheNextWrite(Execution slow) {
            AtomicBoolean released = new AtomicBoolean();
            Runnable release = () -> {
                if (released.compareAndSet(false, true)) {
                    slow.finish(new Outcome.NotExecuted(response(429, "slow down")));
                }
            };
            store.before(Call.TAKE_OVER, release);
            store.before(Call.PARK_ABANDONED, release);
        }

        @Test
        void while_they_are_found_to_be_abandoned_are_new_keys_S14() {
            releasedBeforeTheNextWrite(abandoned(operation("k")));

            assertFresh(engine.execute(operation("k"), EnginePairedFaultsTest.this::pay), response(201, "effect 1"));
        }

        @Test
        void while_they_are_taken_over_are_new_keys_S14() {
            releasedBeforeTheNextWrite(abandoned(operation("k", RERUN)));

            Execution fresh = begin(operation("k", RERUN));

            assertThat(fresh.attempt()).isEqualTo(1);
            assertThat(events(IdempotencyEvent.TakenOver.class)).isEmpty();
        }
    }

    @Nested
    class Places {
        @Test
        void of_outcomes_are_left_alone_by_ten_thousand_claims_that_failed_S19() {
            Execution running = begin(operation("k"));
            store.inject(Fault.FAIL, Call.ACQUIRE, 10_000);
            store.inject(Fault.FAIL, Call.FIND);
            store.inject(Fault.FAIL, Call.COMPLETE);
            for (int i = 0; i < 10_000; i++) {
                assertRejected(engine.begin(operation("failed " + i)), Rejection.STORE_UNAVAILABLE);
            }

            assertRejected(running.finish(pay(running)), Rejection.IN_PROGRESS);
            begin(operation("next")).finish(new Outcome.NotExecuted(response(429, "slow down")));

            store.heal();
            clock.advance(POLICY.lease());
            awaitQuiet();
            assertReplay(engine.begin(operation("k")), response(201, "effect 1"));
        }
    }

    @Nested
    class LostOutcomes {
        @Test
        void that_are_found_out_later_are_told_S27() {
            Execution late = abandoned(operation("k", RERUN));
            store.inject(Fault.FAIL, Call.COMPLETE);
            assertRejected(late.finish(answered(response(200, "late"))), Rejection.IN_PROGRESS);
            Execution successor = begin(operation("k", RERUN));
            store.inject(Fault.FAIL, Call.COMPLETE, 0);
            awaitQuiet();

            assertThat(events(IdempotencyEvent.LeaseLost.class)).hasSize(1);
            assertFresh(successor.finish(answered(response(200, "successor"))), response(200, "successor"));
        }

        /** The record is final, so its renewal is refused; but nobody has taken it. */
        @Test
        void are_not_told_where_only_their_acknowledgement_is_lost_S27() throws Exception {
            Execution execution = begin(operation("k"));
            store.inject(Fault.LOSE_ACKNOWLEDGEMENT, Call.COMPLETE);
            assertRejected(execution.finish(pay(execution)), Rejection.IN_PROGRESS);
            CountDownLatch renewal = new CountDownLatch(1);
            store.before(Call.RENEW, renewal::countDown);
            clock.advance(HALF_A_LEASE);
            assertThat(renewal.await(10, TimeUnit.SECONDS)).isTrue();
            store.inject(Fault.LOSE_ACKNOWLEDGEMENT, Call.COMPLETE, 0);
            awaitQuiet();

            assertThat(events(IdempotencyEvent.LeaseLost.class)).isEmpty();
            assertThat(events(IdempotencyEvent.Executed.class)).hasSize(1);
            assertReplay(engine.begin(operation("k")), response(201, "effect 1"));
        }

        @Test
        void of_a_route_that_rejects_duplicates_are_rejected_too_S25_S27() {
            Operation rejecting = operation("k", RERUN.withDuplicates(Duplicates.REJECT));
            Execution late = abandoned(rejecting);
            engine.execute(rejecting, EnginePairedFaultsTest.this::pay);

            assertRejected(late.finish(answered(response(200, "late"))), Rejection.ALREADY_HANDLED);
        }

        @Test
        void are_not_answered_with_the_record_of_another_request_S9_S27() {
            Execution late = begin(operation("k"));
            store.release(new Lease(late.id(), late.token(), late.attempt(), POLICY.lease()));
            engine.execute(operation("k", "pay 999", POLICY), EnginePairedFaultsTest.this::pay);

            assertRejected(late.finish(answered(response(200, "late"))), Rejection.PAYLOAD_MISMATCH);
        }
    }

    @Nested
    class FailingOpen {
        private final Operation open = operation("k", POLICY.withStoreFailure(StoreFailure.FAIL_OPEN));

        @Test
        void executes_nothing_that_runs_here_S22() {
            begin(open);
            store.inject(Fault.FAIL, Call.ACQUIRE, 1);

            assertRejected(engine.begin(open), Rejection.STORE_UNAVAILABLE);
        }

        @Test
        void executes_nothing_that_runs_here_without_a_record_S22() {
            store.inject(Fault.FAIL, Call.ACQUIRE, 3);
            Execution unprotected = begin(open);

            assertRejected(engine.begin(open), Rejection.STORE_UNAVAILABLE);
            unprotected.finish(pay(unprotected));
            begin(open);
        }

        /** Wherever it fails between the claim and the handler, nothing runs here afterwards, and no claim is left. */
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 3, 4, 5})
        void executes_what_could_not_be_begun_before_S22(int looks) {
            runtime.breakClockAfter(looks);
            try {
                engine.begin(open);
                return; // It did not look that often.
            } catch (InternalError injected) {
                await().untilAsserted(() -> assertThat(store.find(open.id())).isEmpty());
            } finally {
                runtime.mendClock();
            }
            store.inject(Fault.FAIL, Call.ACQUIRE, 1);

            begin(open);
        }

        @Test
        void executes_nothing_that_somebody_is_known_to_have_begun_S22() {
            died(open);
            store.before(Call.PARK_ABANDONED, () -> store.inject(Fault.FAIL, Call.ACQUIRE));

            assertRejected(engine.begin(open), Rejection.STORE_UNAVAILABLE);
        }

        @Test
        void executes_nothing_whose_outcome_is_not_settled_S22() {
            Execution execution = begin(open);
            store.inject(Fault.FAIL, Call.COMPLETE);
            store.inject(Fault.FAIL, Call.ACQUIRE);
            assertRejected(execution.finish(pay(execution)), Rejection.IN_PROGRESS);

            assertRejected(engine.begin(open), Rejection.STORE_UNAVAILABLE);
            store.heal();
            await().untilAsserted(() -> assertReplay(engine.begin(open), response(201, "effect 1")));
        }
    }
}
