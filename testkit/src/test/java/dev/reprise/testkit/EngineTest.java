package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Decision;
import dev.reprise.Execution;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.IdempotencyEvent;
import dev.reprise.Operation;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationPolicy.Duplicates;
import dev.reprise.OperationPolicy.Uncertain;
import dev.reprise.OperationState;
import dev.reprise.Outcome;
import dev.reprise.Rejection;
import dev.reprise.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The core rules of {@code docs/semantics.md} as the engine keeps them while its store works and owners live. */
class EngineTest extends EngineFixture {
    @Nested
    class Replaying {
        @Test
        void a_retry_after_completion_gets_the_recorded_response_and_executes_nothing_S7() {
            Answer first = engine.execute(operation("k"), EngineTest.this::pay);
            Answer second = engine.execute(operation("k"), EngineTest.this::pay);

            assertFresh(first, response(201, "effect 1"));
            assertReplay(second, response(201, "effect 1"));
            assertThat(effects).hasValue(1);
        }

        @Test
        void retries_get_what_was_recorded_and_the_first_caller_what_was_answered_S18() {
            Response answered = response(200, "with cookie");
            Response recorded = response(200, "without");

            assertFresh(
                    engine.execute(operation("k"), execution -> new Outcome.Answered(answered, recorded)), answered);
            assertReplay(engine.begin(operation("k")), recorded);
        }

        @Test
        void four_hundreds_are_replayed_too_S14() {
            engine.execute(operation("k"), execution -> answered(response(402, "card declined")));

            assertReplay(engine.begin(operation("k")), response(402, "card declined"));
        }

        @Test
        void the_retention_runs_from_completion_and_is_told_S23() {
            OperationPolicy policy = POLICY.withRetention(Duration.ofHours(2));
            Execution execution = begin(operation("k", policy));
            clock.advance(Duration.ofHours(5));
            Answer first = execution.finish(answered(response(200, "done")));
            clock.advance(Duration.ofMinutes(30));

            assertThat(((Answer.Fresh) first).retention()).isEqualTo(Duration.ofHours(2));
            assertThat(((Answer.Replay) engine.begin(operation("k", policy))).retention())
                    .isEqualTo(Duration.ofMinutes(90));
            clock.advance(Duration.ofMinutes(90));
            engine.execute(operation("k", policy), EngineTest.this::pay);
            assertThat(effects).hasValue(1);
        }

        @Test
        void a_route_that_rejects_duplicates_keeps_no_content_S25() {
            OperationPolicy policy = POLICY.withDuplicates(Duplicates.REJECT);
            assertFresh(engine.execute(operation("k", policy), EngineTest.this::pay), response(201, "effect 1"));

            assertRejected(engine.begin(operation("k", policy)), Rejection.ALREADY_HANDLED);
            assertThat(((OperationState.Completed) state(operation("k"))).response())
                    .isEqualTo(new Response(201, Headers.EMPTY, Body.OMITTED));
        }

        @Test
        void fifty_identical_requests_execute_once_and_the_others_wait_for_the_replay_S16() throws Exception {
            OperationPolicy waiting = POLICY.withMaxWait(Duration.ofMinutes(1));
            List<Answer> answers =
                    Parallel.run(50, () -> engine.execute(operation("k", waiting), EngineTest.this::pay));

            assertThat(effects).hasValue(1);
            assertThat(answers).filteredOn(Answer.Fresh.class::isInstance).hasSize(1);
            assertThat(answers).filteredOn(Answer.Replay.class::isInstance).hasSize(49);
        }
    }

    @Nested
    class WhileRunning {
        @Test
        void a_duplicate_is_refused_with_a_time_to_come_back_S8() {
            begin(operation("k"));

            Decision duplicate = engine.begin(operation("k"));

            assertRejected(duplicate, Rejection.IN_PROGRESS);
            assertThat(((Answer.Reject) duplicate).retryAfter()).isPositive();
            assertThat(events(IdempotencyEvent.InProgress.class)).hasSize(1);
        }

        @Test
        void a_duplicate_that_may_wait_is_woken_and_gets_the_replay_S8() throws Exception {
            Execution execution = begin(operation("k"));
            OperationPolicy waiting = POLICY.withMaxWait(Duration.ofDays(1));
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Decision> duplicate = threads.submit(() -> engine.begin(operation("k", waiting)));
                execution.finish(answered(response(200, "done")));

                assertReplay(duplicate.get(10, TimeUnit.SECONDS), response(200, "done"));
            }
        }

        @Test
        void a_duplicate_that_waits_executes_when_the_first_had_no_effect() throws Exception {
            Execution execution = begin(operation("k"));
            OperationPolicy waiting = POLICY.withMaxWait(Duration.ofDays(1));
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Answer> duplicate =
                        threads.submit(() -> engine.execute(operation("k", waiting), EngineTest.this::pay));
                execution.finish(new Outcome.NotExecuted(response(503, "not now")));

                assertFresh(duplicate.get(10, TimeUnit.SECONDS), response(201, "effect 1"));
            }
        }

        @Test
        void nobody_waits_for_a_caller_that_has_gone_S8() {
            begin(operation("k"));
            Operation asked = operation("k", POLICY.withMaxWait(Duration.ofDays(1)));
            AtomicInteger glances = new AtomicInteger();
            Operation left = new Operation(
                    asked.id(), asked.fingerprints(), asked.policy(), () -> glances.incrementAndGet() > 2);

            assertRejected(engine.begin(left), Rejection.IN_PROGRESS);

            assertThat(glances).hasValue(3);
        }

        @Test
        void an_interrupt_ends_the_waiting_at_once() throws Exception {
            begin(operation("k"));
            OperationPolicy waiting = POLICY.withMaxWait(Duration.ofDays(1));
            List<Decision> decisions = new ArrayList<>();
            Thread waiter = Thread.ofVirtual().start(() -> decisions.add(engine.begin(operation("k", waiting))));
            waiter.interrupt();

            assertThat(waiter.join(Duration.ofSeconds(10))).isTrue();
            assertThat(decisions).hasSize(1);
            assertThat(decisions.getFirst()).isInstanceOf(Answer.Reject.class);
        }

        @Test
        void no_more_than_the_bound_may_wait_and_the_next_is_refused_at_once() throws Exception {
            try (IdempotencyEngine narrow =
                    IdempotencyEngine.over(store).maxWaiting(0).build()) {
                begin(operation("k"));

                assertRejected(
                        narrow.begin(operation("k", POLICY.withMaxWait(Duration.ofDays(1)))), Rejection.IN_PROGRESS);
            }
        }

        @Test
        void the_lease_is_renewed_until_the_handler_ends_however_long_it_takes() {
            Execution execution = begin(operation("k"));
            for (int i = 0; i < 5; i++) {
                OperationState before = state(operation("k"));
                clock.advance(POLICY.lease().dividedBy(2));
                await().until(() -> !state(operation("k")).equals(before));
            }

            assertRejected(engine.begin(operation("k")), Rejection.IN_PROGRESS);
            assertFresh(execution.finish(pay(execution)), response(201, "effect 1"));
        }
    }

    @Nested
    class OtherRequests {
        @Test
        void with_the_same_key_are_refused_while_running_and_after_and_change_nothing_S9_S10() {
            Operation other = operation("k", "pay 999", POLICY);
            Execution execution = begin(operation("k"));
            assertRejected(engine.begin(other), Rejection.PAYLOAD_MISMATCH);

            execution.finish(pay(execution));
            assertRejected(engine.begin(other), Rejection.PAYLOAD_MISMATCH);

            assertReplay(engine.begin(operation("k")), response(201, "effect 1"));
        }

        @Test
        void do_not_take_over_an_abandoned_operation_S9() {
            abandoned(operation("k"));

            assertRejected(
                    engine.begin(operation("k", "pay 999", POLICY.withUncertain(Uncertain.RERUN))),
                    Rejection.PAYLOAD_MISMATCH);
            assertThat(state(operation("k"))).isInstanceOf(OperationState.Running.class);
        }

        @Test
        void a_record_of_an_older_fingerprint_version_is_compared_by_its_own_version_S11() {
            engine.execute(operation("k"), EngineTest.this::pay);
            Operation upgraded = new Operation(operation("k").id(), fingerprints(2, "pay 100"), POLICY);
            Operation upgradedOther = new Operation(operation("k").id(), fingerprints(2, "pay 999"), POLICY);

            assertReplay(engine.begin(upgraded), response(201, "effect 1"));
            assertRejected(engine.begin(upgradedOther), Rejection.PAYLOAD_MISMATCH);
        }

        @Test
        void a_record_of_a_newer_unknown_fingerprint_version_never_matches_S11() {
            Operation newer = new Operation(operation("k").id(), fingerprints(2, "pay 100"), POLICY);
            engine.execute(newer, EngineTest.this::pay);

            assertRejected(engine.begin(operation("k")), Rejection.PAYLOAD_MISMATCH);
        }
    }

    @Nested
    class Housekeeping {
        @Test
        void an_answer_is_replayed_for_a_day_unless_the_policy_says_otherwise_S23() {
            engine.execute(operation("k"), EngineTest.this::pay);

            clock.advance(Duration.ofHours(24).minusSeconds(1));
            assertReplay(engine.begin(operation("k")), response(201, "effect 1"));

            clock.advance(Duration.ofSeconds(1));
            assertFresh(engine.execute(operation("k"), EngineTest.this::pay), response(201, "effect 2"));
        }

        @Test
        void the_reaper_deletes_what_has_expired() {
            try (IdempotencyEngine reaping = IdempotencyEngine.over(store)
                    .reaper(Duration.ofMillis(5), 2)
                    .build()) {
                for (int i = 0; i < 7; i++) {
                    reaping.execute(operation("k" + i), EngineTest.this::pay);
                }
                clock.advance(POLICY.retention());

                await().until(() -> isDeleted(POLICY.retention()));
            }
        }

        @Test
        void a_listener_that_throws_disturbs_nobody() {
            try (IdempotencyEngine loud = IdempotencyEngine.over(store)
                    .listener(event -> {
                        throw new IllegalStateException("listener");
                    })
                    .build()) {
                assertFresh(loud.execute(operation("k"), EngineTest.this::pay), response(201, "effect 1"));
                assertReplay(loud.begin(operation("k")), response(201, "effect 1"));
            }
        }

        @Test
        void events_carry_the_time_that_passed() {
            Execution execution = begin(operation("k"));
            clock.advance(Duration.ofSeconds(3));
            execution.finish(pay(execution));

            assertThat(events(IdempotencyEvent.Executed.class)).singleElement().satisfies(event -> {
                assertThat(event.duration()).isEqualTo(Duration.ofSeconds(3));
                assertThat(event.status()).isEqualTo(201);
            });
        }
    }
}
