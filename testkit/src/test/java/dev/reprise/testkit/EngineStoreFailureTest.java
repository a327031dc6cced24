package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.Answer;
import dev.reprise.Decision;
import dev.reprise.Execution;
import dev.reprise.IdempotencyEvent;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationPolicy.StoreFailure;
import dev.reprise.OperationPolicy.Uncertain;
import dev.reprise.OperationState;
import dev.reprise.Outcome;
import dev.reprise.Rejection;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.FaultyStore.Call;
import dev.reprise.testkit.FaultyStore.Fault;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The core rules of {@code docs/semantics.md} as the engine keeps them while its store fails. */
class EngineStoreFailureTest extends EngineFixture {
    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_claim_that_goes_wrong_executes_nothing_and_is_retried_safely_afterwards_S22(Fault fault) {
        store.inject(fault, Call.ACQUIRE);

        Decision refused = engine.begin(operation("k"));

        assertRejected(refused, Rejection.STORE_UNAVAILABLE);
        assertThat(((Answer.Reject) refused).retryAfter()).isPositive();
        assertThat(events(IdempotencyEvent.StoreFailed.class)).hasSize(1);
        store.heal();
        await().untilAsserted(() -> {
            Decision retried = engine.begin(operation("k"));
            assertThat(retried).isInstanceOf(Decision.Execute.class);
        });
    }

    @Test
    void only_a_claim_that_may_have_landed_is_looked_for_to_take_it_back() {
        store.before(Call.ACQUIRE, () -> {
            throw StoreException.nothingDone("it never left", null);
        });
        assertRejected(engine.begin(operation("k")), Rejection.STORE_UNAVAILABLE);
        assertThat(runtime.isIdle()).isTrue();

        store.inject(Fault.FAIL, Call.ACQUIRE, 1);
        assertRejected(engine.begin(operation("l")), Rejection.STORE_UNAVAILABLE);
        assertThat(runtime.isIdle()).isFalse();
    }

    @Test
    void a_route_that_fails_open_executes_without_a_record_S22() {
        store.inject(Fault.FAIL, Call.ACQUIRE, 1);

        Answer answer = engine.execute(operation("k", POLICY.withStoreFailure(StoreFailure.FAIL_OPEN)), this::pay);

        assertFresh(answer, response(201, "effect 1"));
        assertThat(((Answer.Fresh) answer).retention()).isZero();
        assertThat(store.find(operation("k").id())).isEmpty();
    }

    @Test
    void a_lost_acknowledgement_of_the_completion_is_found_out_by_writing_again() {
        store.inject(Fault.LOSE_ACKNOWLEDGEMENT, Call.COMPLETE, 1);

        assertFresh(engine.execute(operation("k"), this::pay), response(201, "effect 1"));
        assertReplay(engine.begin(operation("k")), response(201, "effect 1"));
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void no_answer_goes_out_before_its_record_is_durable_and_the_record_follows_S19(Fault fault) {
        store.inject(fault, Call.COMPLETE);

        assertRejected(engine.execute(operation("k"), this::pay), Rejection.IN_PROGRESS);
        store.heal();

        await().untilAsserted(() -> assertReplay(engine.begin(operation("k")), response(201, "effect 1")));
        assertThat(effects).hasValue(1);
    }

    @Test
    void the_lease_is_kept_alive_until_the_completion_has_landed() {
        store.inject(Fault.FAIL, Call.COMPLETE);
        engine.execute(operation("k"), this::pay);
        for (int i = 0; i < 3; i++) {
            OperationState before = state(operation("k"));
            clock.advance(POLICY.lease().dividedBy(2));
            await().until(() -> !state(operation("k")).equals(before));
        }

        assertRejected(engine.begin(operation("k")), Rejection.IN_PROGRESS);
        store.heal();
        await().untilAsserted(() -> assertReplay(engine.begin(operation("k")), response(201, "effect 1")));
    }

    @Test
    void an_answer_without_effect_goes_out_even_if_its_release_takes_longer() {
        store.inject(Fault.FAIL, Call.RELEASE);

        assertFresh(
                engine.execute(operation("k"), execution -> new Outcome.NotExecuted(response(429, "slow down"))),
                response(429, "slow down"));
        store.heal();

        await().until(() -> store.find(operation("k").id()).isEmpty());
    }

    @Test
    void an_uncertain_answer_goes_out_even_if_parking_takes_longer() {
        store.inject(Fault.FAIL, Call.PARK);

        assertFresh(
                engine.execute(operation("k"), execution -> new Outcome.Uncertain(response(500, "oops"), "500")),
                response(500, "oops"));
        store.heal();

        await().until(() -> state(operation("k")) instanceof OperationState.Unknown);
    }

    @Test
    void a_late_owner_that_cannot_read_the_record_gets_no_answer_that_retries_may_contradict_S27() {
        OperationPolicy safe = POLICY.withUncertain(Uncertain.RERUN);
        Execution late = abandoned(operation("k", safe));
        begin(operation("k", safe));
        store.inject(Fault.FAIL, Call.FIND);

        assertRejected(late.finish(answered(response(200, "late"))), Rejection.IN_PROGRESS);
    }

    @Test
    void a_store_that_stalls_costs_its_caller_the_time_limit_and_not_more() {
        store.inject(Fault.STALL, Call.ACQUIRE);

        long before = System.nanoTime();
        assertRejected(engine.begin(operation("k")), Rejection.STORE_UNAVAILABLE);

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }
}
