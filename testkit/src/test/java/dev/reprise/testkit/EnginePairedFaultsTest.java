package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import dev.reprise.OperationPolicy.Uncertain;
import dev.reprise.OperationState;
import dev.reprise.Outcome;
import dev.reprise.Rejection;
import dev.reprise.spi.Lease;
import dev.reprise.testkit.FaultyStore.Call;
import dev.reprise.testkit.FaultyStore.Fault;
import dev.reprise.testkit.simulation.TokensByOperationStore;
import java.io.Serial;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two things go wrong in the same moment, and still nothing is executed twice, and nothing is lost. */
class EnginePairedFaultsTest extends EngineFixture {
    private static final OperationPolicy RERUN = POLICY.withUncertain(Uncertain.RERUN);
    private static final Duration HALF_A_LEASE = POLICY.lease().dividedBy(2);
    private static final Logger LOG = Logger.getLogger("dev.reprise");

    EnginePairedFaultsTest() {
        super(store -> store);
    }

    /** Ten thousand failures would be as many lines. */
    @BeforeAll
    static void beQuiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        LOG.setLevel(null);
    }

    private IdempotencyEngine node(String name) {
        return IdempotencyEngine.over(store).node(name).runtime(runtime).build();
    }

    /** Another engine begins, perhaps acts, and is gone; its lease runs out. */
    private void died(Operation operation) {
        try (IdempotencyEngine gone = node("gone")) {
            assertThat(gone.begin(operation)).isInstanceOf(Decision.Execute.class);
        }
        clock.advance(POLICY.lease().plusMillis(1));
    }

    /** The engine has done what it wanted to do in the background. */
    private void awaitQuiet() {
        await().atMost(Duration.ofMinutes(1)).until(runtime::isIdle);
    }

    private void isRenewedAfter(Duration time, Operation operation) {
        OperationState before = state(operation);
        clock.advance(time);
        await().until(() -> !state(operation).equals(before));
        assertThat(state(operation)).isInstanceOf(OperationState.Running.class);
    }

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

    private static final class UnspeakableException extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message, as injected");
        }
    }

    @Nested
    class Stores {
        /** As where memory is too short for the message, too. */
        @Test
        void that_throw_what_cannot_be_described_fail_like_others_S22() {
            store.before(Call.ACQUIRE, () -> {
                throw new UnspeakableException();
            });
            assertRejected(engine.begin(operation("k")), Rejection.STORE_UNAVAILABLE);

            Execution execution = begin(operation("k"));
            store.before(Call.COMPLETE, () -> {
                throw new UnspeakableException();
            });
            assertFresh(execution.finish(pay(execution)), response(201, "effect 1"));
        }
    }

    @Nested
    class Listeners {
        @Test
        void that_throw_what_cannot_be_described_disturb_nobody() {
            try (IdempotencyEngine loud = IdempotencyEngine.over(store)
                    .listener(event -> {
                        throw new UnspeakableException();
                    })
                    .build()) {
                assertFresh(loud.execute(operation("k"), EnginePairedFaultsTest.this::pay), response(201, "effect 1"));
            }
        }
    }

    @Nested
    class Handlers {
        @SuppressWarnings("NullAway") // What a handler in another language, or without checks, may do.
        private Outcome nothing() {
            return null;
        }

        @Test
        void that_end_without_an_outcome_leave_an_unknown_one_S15() {
            assertThatThrownBy(() -> engine.execute(operation("k"), execution -> nothing()))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessageContaining("its operation is unknown now");

            assertRejected(engine.begin(operation("k")), Rejection.OUTCOME_UNKNOWN);
        }

        @Test
        void that_end_without_an_outcome_while_the_store_fails_leave_an_unknown_one_S15() {
            store.inject(Fault.FAIL, Call.PARK);
            assertThatThrownBy(() -> engine.execute(operation("k"), execution -> nothing()))
                    .isInstanceOf(NullPointerException.class);
            store.heal();
            awaitQuiet();

            assertRejected(engine.begin(operation("k")), Rejection.OUTCOME_UNKNOWN);
        }

        /** An exception whose message cannot be made is a fault in a fault. */
        @Test
        void that_throw_what_cannot_be_described_leave_an_unknown_outcome_S15() {
            assertThatThrownBy(() -> engine.execute(operation("k"), execution -> {
                        throw new UnspeakableException();
                    }))
                    .isInstanceOf(UnspeakableException.class);

            assertRejected(engine.begin(operation("k")), Rejection.OUTCOME_UNKNOWN);
        }

        @Test
        void that_never_return_keep_their_lease_for_as_long_as_they_may_run_and_may_answer_later_S15_S32() {
            Execution stuck = begin(operation("k"));
            isRenewedAfter(POLICY.maxRunTime(), operation("k"));
            clock.advance(POLICY.lease().plusMillis(1));
            await().until(() -> events(IdempotencyEvent.RanTooLong.class).size() == 1);

            assertRejected(engine.begin(operation("k")), Rejection.OUTCOME_UNKNOWN);
            assertFresh(stuck.finish(answered(response(200, "at last"))), response(200, "at last"));
            assertReplay(engine.begin(operation("k")), response(200, "at last"));
        }
    }

    @Nested
    class Threads {
        @Test
        void that_cannot_be_started_in_one_beat_are_told_of_and_are_started_in_a_later_one() {
            begin(operation("k"));
            OperationState before = state(operation("k"));
            runtime.refuseThreads();
            clock.advance(HALF_A_LEASE);
            await().untilAsserted(() ->
                    assertThat(engine.problems()).singleElement().asString().startsWith("reprise-heartbeat fails"));

            runtime.allowThreads();

            await().until(() -> !state(operation("k")).equals(before));
            await().until(() -> engine.problems().isEmpty());
        }

        @Test
        void that_cannot_be_started_for_an_outcome_lose_none_S19() {
            Execution execution = begin(operation("k"));
            store.inject(Fault.FAIL, Call.COMPLETE, 2);
            runtime.refuseThreads();
            assertRejected(execution.finish(pay(execution)), Rejection.IN_PROGRESS);
            runtime.allowThreads();

            await().untilAsserted(() -> assertReplay(engine.begin(operation("k")), response(201, "effect 1")));
        }

        @ParameterizedTest
        @EnumSource(names = {"FAIL", "LOSE_ACKNOWLEDGEMENT", "ERROR"})
        void of_the_heartbeat_survive_what_a_renewal_throws(Fault fault) {
            begin(operation("k"));
            store.inject(fault, Call.RENEW, 2);
            for (int i = 0; i < 3; i++) {
                isRenewedAfter(HALF_A_LEASE, operation("k"));
            }
            assertThat(engine.problems()).isEmpty();
        }

        @ParameterizedTest
        @EnumSource(names = {"FAIL", "LOSE_ACKNOWLEDGEMENT", "ERROR"})
        void of_the_reaper_survive_what_the_store_throws_S23(Fault fault) {
            try (IdempotencyEngine reaping = IdempotencyEngine.over(store)
                    .reaper(Duration.ofMillis(5), 10)
                    .build()) {
                reaping.execute(operation("k"), EnginePairedFaultsTest.this::pay);
                store.inject(fault, Call.PURGE, 3);
                clock.advance(POLICY.retention());

                await().until(() -> isDeleted(POLICY.retention()));
                assertThat(reaping.problems()).isEmpty();
            }
        }

        @Test
        void of_handlers_get_their_answers_whatever_a_listener_throws() {
            try (IdempotencyEngine loud = IdempotencyEngine.over(store)
                    .listener(event -> {
                        throw new AssertionError("listener");
                    })
                    .runtime(runtime)
                    .build()) {
                assertFresh(loud.execute(operation("k"), EnginePairedFaultsTest.this::pay), response(201, "effect 1"));
                assertReplay(loud.begin(operation("k")), response(201, "effect 1"));
            }
        }

        @Test
        void of_the_heartbeat_survive_a_listener_that_throws_an_error() {
            try (IdempotencyEngine loud = IdempotencyEngine.over(store)
                    .listener(event -> {
                        events.add(event);
                        throw new AssertionError("listener");
                    })
                    .runtime(runtime)
                    .build()) {
                loud.begin(operation("stuck", POLICY.withMaxRunTime(Duration.ofMillis(1))));
                loud.begin(operation("k"));
                isRenewedAfter(HALF_A_LEASE, operation("k"));
                await().until(() -> events(IdempotencyEvent.RanTooLong.class).size() == 1);

                isRenewedAfter(HALF_A_LEASE, operation("k"));
                assertThat(loud.problems()).isEmpty();
            }
        }
    }

    @Nested
    class Heartbeats {
        /** Tokens are ordered within one operation, and equal ones of two operations say nothing. */
        @Test
        void of_two_operations_with_equal_tokens_end_each_with_its_own_handler() {
            try (TokensByOperationStore counting = new TokensByOperationStore(clock);
                    IdempotencyEngine two =
                            IdempotencyEngine.over(counting).runtime(runtime).build()) {
                Execution first = ((Decision.Execute) two.begin(operation("first"))).execution();
                Execution second = ((Decision.Execute) two.begin(operation("second"))).execution();
                assertThat(first.token()).isEqualTo(second.token());
                first.finish(pay(first));
                OperationState before = counting.find(second.id()).orElseThrow().state();
                clock.advance(HALF_A_LEASE);

                await().until(() ->
                        !counting.find(second.id()).orElseThrow().state().equals(before));
                assertThat(counting.find(first.id()).orElseThrow().state())
                        .isInstanceOf(OperationState.Completed.class);
            }
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
