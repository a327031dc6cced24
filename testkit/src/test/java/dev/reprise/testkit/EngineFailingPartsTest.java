package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reprise.Decision;
import dev.reprise.Execution;
import dev.reprise.IdempotencyEngine;
import dev.reprise.IdempotencyEvent;
import dev.reprise.OperationState;
import dev.reprise.Outcome;
import dev.reprise.Rejection;
import dev.reprise.testkit.FaultyStore.Call;
import dev.reprise.testkit.FaultyStore.Fault;
import dev.reprise.testkit.simulation.TokensByOperationStore;
import java.io.Serial;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a part of an engine or around it throws, the others go on. */
class EngineFailingPartsTest extends EngineFaultsFixture {
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
                assertFresh(loud.execute(operation("k"), EngineFailingPartsTest.this::pay), response(201, "effect 1"));
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
                reaping.execute(operation("k"), EngineFailingPartsTest.this::pay);
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
                assertFresh(loud.execute(operation("k"), EngineFailingPartsTest.this::pay), response(201, "effect 1"));
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

    private static final class UnspeakableException extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message, as injected");
        }
    }
}
