package dev.reprise.testkit.resumable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyException;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Rejection;
import dev.reprise.Response;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.resumable.StepOptions;
import dev.reprise.resumable.Steps;
import dev.reprise.resumable.Steps.Finding;
import dev.reprise.spi.ResumableStore.Answered;
import dev.reprise.testkit.Parallel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StepsTest extends Fixture {
    private String book(String to, Steps<MemoryTransaction> steps) {
        String ride = steps.local("create ride", String.class, tx -> effect(tx, "ride " + to));
        String charge = steps.remote("charge card", String.class, key -> peer.call(key, "charge"));
        return steps.local("confirm", String.class, tx -> effect(tx, ride + ", " + charge));
    }

    @Test
    void are_done_one_after_the_other_and_their_end_is_what_retries_get_S7() {
        Resumable<String, String, MemoryTransaction> type = type(this::book);

        Answer first = run(type);
        Answer retry = run(type);

        assertThat(type.result(first)).contains("ride to the airport, charge done");
        assertThat(first).isInstanceOf(Answer.Fresh.class);
        assertThat(retry).isInstanceOf(Answer.Replay.class);
        assertThat(type.result(retry)).isEqualTo(type.result(first));
        assertThat(effects).containsExactly("ride to the airport", "ride to the airport, charge done");
        assertThat(peer.applied()).isEqualTo(1);
        assertThat(steps()).containsExactly("create ride", "charge card", "confirm");
    }

    @Test
    void another_request_under_the_same_key_is_refused_S9() {
        Resumable<String, String, MemoryTransaction> type = type(this::book);
        run(type);

        Answer other = node(type).run(ID, type, "to the station", Duration.ZERO);

        assertThat(other).isEqualTo(new Answer.Reject(Rejection.PAYLOAD_MISMATCH, Duration.ZERO));
    }

    @Nested
    class Cost {
        @Test
        void a_single_local_step_is_one_commit_P5() {
            run(type((to, steps) -> steps.local("create ride", String.class, tx -> effect(tx, to))));

            assertThat(database.commits()).isEqualTo(1);
        }

        @Test
        void three_local_steps_are_three_commits_P5() {
            run(type((to, steps) -> {
                steps.local("a", tx -> effect(tx, "a"));
                steps.local("b", tx -> effect(tx, "b"));
                return steps.local("c", String.class, tx -> effect(tx, "c"));
            }));

            assertThat(database.commits()).isEqualTo(3);
        }

        @Test
        void so_many_remote_steps_are_one_commit_more_P5() {
            for (int number : new int[] {1, 2, 5}) {
                Fixture other = new StepsTest();
                other.run(type((to, steps) -> {
                    IntStream.range(0, number)
                            .forEach(i -> steps.remote("call " + i, String.class, key -> other.peer.call(key, "x")));
                    return to;
                }));

                assertThat(other.database.commits()).as("%d steps", number).isEqualTo(number + 1);
                other.close();
            }
        }

        @Test
        void no_transaction_is_open_during_a_remote_step_P3() {
            run(type((to, steps) -> {
                steps.local("a", tx -> effect(tx, "a"));
                return steps.remote("b", String.class, key -> {
                    assertThat(effects).containsExactly("a");
                    assertThat(database.records().look(ID)).isNotNull();
                    return "done";
                });
            }));

            assertThat(state()).isInstanceOf(Completed.class);
        }

        @Test
        void a_handler_that_does_nothing_for_long_holds_no_transaction() {
            run(type((to, steps) -> {
                steps.local("a", tx -> effect(tx, "a"));
                long end = System.nanoTime() + PATIENCE.toNanos();
                while (effects.isEmpty()) {
                    assertThat(System.nanoTime()).isLessThan(end);
                    Thread.onSpinWait();
                }
                return steps.local("b", String.class, tx -> effect(tx, "b"));
            }));

            assertThat(effects).containsExactly("a", "b");
        }
    }

    @Nested
    class After_a_crash {
        @Test
        void what_is_finished_is_not_done_again_and_the_child_key_is_the_same_P3_P4() throws Exception {
            for (String victim : List.of("create ride", "charge card", "confirm")) {
                StepsTest other = new StepsTest();
                CountDownLatch there = new CountDownLatch(1);
                other.crash(type((to, steps) -> other.bookAndDie(victim, there, to, steps)), there);

                Resumable<String, String, MemoryTransaction> healthy = type(other::book);
                Answer answer = other.run(healthy);

                assertThat(healthy.result(answer)).as(victim).contains("ride to the airport, charge done");
                assertThat(other.effects).as(victim).hasSize(2);
                assertThat(other.peer.applied()).as(victim).isEqualTo(1);
                other.close();
            }
        }

        @Test
        void an_owner_that_comes_back_changes_nothing_S27() throws Exception {
            CountDownLatch there = new CountDownLatch(1);
            CountDownLatch back = new CountDownLatch(1);
            Resumable<String, String, MemoryTransaction> slow = type((to, steps) -> {
                steps.remote("charge card", String.class, key -> {
                    there.countDown();
                    back.await();
                    return peer.call(key, "charge");
                });
                return steps.local("confirm", String.class, tx -> effect(tx, "late"));
            });
            ResumableEngine<MemoryTransaction> late = node(slow);
            Thread thread = Thread.ofVirtual().start(() -> late.run(ID, slow, "to the airport", Duration.ZERO));
            there.await();
            leaseRunsOut();
            run(type((to, steps) -> {
                steps.remote("charge card", String.class, key -> peer.call(key, "charge"));
                return steps.local("confirm", String.class, tx -> effect(tx, "in time"));
            }));

            back.countDown();
            thread.join();

            assertThat(effects).containsExactly("in time");
            assertThat(peer.applied()).isEqualTo(1);
        }

        @Test
        void a_duplicate_is_told_that_it_is_in_progress_as_long_as_the_lease_lasts_S8() throws Exception {
            CountDownLatch there = new CountDownLatch(1);
            crash(type((to, steps) -> steps.remote("charge card", String.class, key -> dieAfter(there))), there);
            clock.advance(POLICY.lease().negated());

            assertThat(run(type(StepsTest.this::book)))
                    .isInstanceOfSatisfying(
                            Answer.Reject.class,
                            reject -> assertThat(reject.reason()).isEqualTo(Rejection.IN_PROGRESS));
        }
    }

    private String bookAndDie(String victim, CountDownLatch there, String to, Steps<MemoryTransaction> steps) {
        String ride = steps.local(
                "create ride",
                String.class,
                tx -> victim.equals("create ride") ? dieIn(tx, there) : effect(tx, "ride " + to));
        String charge = steps.remote("charge card", String.class, key -> {
            String done = peer.call(key, "charge");
            return victim.equals("charge card") ? dieAfter(there) : done;
        });
        return steps.local(
                "confirm",
                String.class,
                tx -> victim.equals("confirm") ? dieIn(tx, there) : effect(tx, ride + ", " + charge));
    }

    /** The database rolls back what a dead process has not committed. */
    private String dieIn(MemoryTransaction transaction, CountDownLatch there) throws InterruptedException {
        transaction.close();
        return dieAfter(there);
    }

    @Nested
    class That_fail {
        @Test
        void before_anything_is_recorded_leave_nothing_and_tell_the_caller() {
            assertThatThrownBy(() -> run(type((to, steps) -> steps.local("create ride", String.class, tx -> {
                        effect(tx, "never");
                        throw new IllegalArgumentException("no such place");
                    }))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no such place");
            assertThatThrownBy(() -> run(type((to, steps) -> {
                        throw new IOException("no such file");
                    })))
                    .isInstanceOf(IdempotencyException.class)
                    .hasRootCauseMessage("no such file");

            assertThat(effects).isEmpty();
            assertThat(database.find(ID)).isEmpty();
            assertThat(run(type(StepsTest.this::book))).isInstanceOf(Answer.Fresh.class);
        }

        @Test
        void with_an_error_of_the_server_before_anything_is_recorded_are_told_and_not_kept_S15() {
            Response broken = new Response(503, Headers.EMPTY, Body.EMPTY);
            Resumable<String, Response, MemoryTransaction> type = Resumable.answering(TYPE, TEXT, (to, steps) -> {
                steps.local("create ride", tx -> effect(tx, "never"));
                return broken;
            });
            ResumableEngine<MemoryTransaction> engine = node(type);

            Answer answer = engine.run(ID, type, "to the airport", Duration.ZERO);

            assertThat(answer).isEqualTo(new Answer.Fresh(broken, Duration.ZERO));
            assertThat(effects).isEmpty();
            assertThat(database.find(ID)).isEmpty();
        }

        @Test
        void later_make_the_operation_back_off_and_go_on_P7() {
            AtomicInteger calls = new AtomicInteger();
            Resumable<String, String, MemoryTransaction> flaky = type((to, steps) -> {
                steps.local("create ride", tx -> effect(tx, "ride"));
                return steps.remote("charge card", String.class, key -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new IOException("connection reset");
                    }
                    return peer.call(key, "charge");
                });
            });

            assertThat(run(flaky)).isInstanceOf(Answer.Reject.class);
            assertThat(state()).isInstanceOf(Running.class);
            assertThat(found().lastError()).contains("connection reset");
            clock.advance(Duration.ofSeconds(1));

            assertThat(flaky.result(run(flaky))).contains("charge done");
            assertThat(effects).containsExactly("ride");
        }

        @Test
        void time_and_again_park_it_with_the_last_error_P7() {
            Resumable<String, String, MemoryTransaction> broken = type((to, steps) -> {
                steps.local("create ride", tx -> effect(tx, "ride"));
                return steps.remote("charge card", String.class, key -> {
                    throw new IOException("no route to host");
                });
            });

            for (int i = 0; i < 10 && (i == 0 || state() instanceof Running); i++) {
                run(broken);
                clock.advance(Duration.ofSeconds(1));
            }

            assertThat(state())
                    .isInstanceOfSatisfying(
                            Unknown.class,
                            unknown -> assertThat(unknown.reason())
                                    .contains("no route to host")
                                    .contains("3 times"));
        }

        @Test
        void are_made_again_at_once_as_their_options_say() {
            AtomicInteger calls = new AtomicInteger();
            StepOptions options =
                    StepOptions.DEFAULT.withAttempts(3).withPauses(Duration.ofMillis(1), Duration.ofMillis(1));
            Resumable<String, String, MemoryTransaction> flaky =
                    type((to, steps) -> steps.with(options).remote("charge card", String.class, key -> {
                        if (calls.incrementAndGet() < 3) {
                            throw new IOException("connection reset");
                        }
                        return "charged";
                    }));

            assertThat(flaky.result(run(flaky))).contains("charged");
        }

        @Test
        void cannot_be_caught_and_ignored() {
            Resumable<String, String, MemoryTransaction> stubborn = type((to, steps) -> {
                try {
                    steps.remote("charge card", String.class, key -> {
                        throw new IOException("refused");
                    });
                } catch (RuntimeException e) {
                    effects.add("caught");
                }
                return steps.local("confirm", String.class, tx -> effect(tx, "confirmed without a charge"));
            });

            assertThat(run(stubborn)).isInstanceOf(Answer.Reject.class);
            assertThat(effects).containsExactly("caught");
        }
    }

    @Nested
    class Without_keys {
        private Resumable<String, String, MemoryTransaction> dying(CountDownLatch there) {
            return type((to, steps) -> steps.once("send fax", String.class, key -> dieAfter(there)));
        }

        @Test
        void are_called_once_and_recorded_at_once_P6() {
            Resumable<String, String, MemoryTransaction> type =
                    type((to, steps) -> steps.once("send fax", String.class, key -> "sent"));

            assertThat(type.result(run(type))).contains("sent");
        }

        @Test
        void are_unknown_after_a_crash_in_them_and_never_called_again_P6() throws Exception {
            CountDownLatch there = new CountDownLatch(1);
            crash(dying(there), there);

            Answer answer =
                    run(type((to, steps) -> steps.once("send fax", String.class, key -> effectOutside("again"))));

            assertThat(answer).isEqualTo(new Answer.Reject(Rejection.OUTCOME_UNKNOWN, Duration.ZERO));
            assertThat(effects).isEmpty();
            assertThat(state())
                    .isInstanceOfSatisfying(
                            Unknown.class,
                            unknown -> assertThat(unknown.reason()).contains("send fax"));
        }

        @Test
        void are_unknown_after_a_call_that_failed_P6() {
            Answer answer = run(type((to, steps) -> steps.once("send fax", String.class, key -> {
                throw new IOException("line cut");
            })));

            assertThat(answer).isEqualTo(new Answer.Reject(Rejection.OUTCOME_UNKNOWN, Duration.ZERO));
        }

        @Test
        void are_asked_about_after_a_crash_and_go_on_with_what_was_found_P6() throws Exception {
            CountDownLatch there = new CountDownLatch(1);
            crash(dying(there), there);
            Resumable<String, String, MemoryTransaction> asking = type((to, steps) -> steps.once(
                    "send fax",
                    String.class,
                    key -> effectOutside("again"),
                    key -> new Finding.Happened<>("sent before")));

            assertThat(asking.result(run(asking))).contains("sent before");
            assertThat(effects).isEmpty();
        }

        @Test
        void are_called_again_if_they_did_not_happen_P6() throws Exception {
            CountDownLatch there = new CountDownLatch(1);
            crash(dying(there), there);
            Resumable<String, String, MemoryTransaction> asking = type((to, steps) -> steps.once(
                    "send fax", String.class, key -> effectOutside("again"), key -> new Finding.DidNotHappen<>()));

            assertThat(asking.result(run(asking))).contains("again");
        }

        private String effectOutside(String what) {
            effects.add(what);
            return what;
        }
    }

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
                    type(StepsTest.this::book).with(POLICY.withLimits(5, 10));

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

    @Nested
    class That_wait {
        @Test
        void sleep_without_an_owner_and_go_on_when_it_is_time() {
            Resumable<String, String, MemoryTransaction> patient = type((to, steps) -> {
                steps.local("create ride", tx -> effect(tx, "ride"));
                steps.sleep("until the day", Duration.ofDays(3));
                return steps.local("confirm", String.class, tx -> effect(tx, "confirmed"));
            });

            assertThat(run(patient)).isInstanceOf(Answer.Reject.class);
            clock.advance(Duration.ofDays(2));
            assertThat(run(patient)).isInstanceOf(Answer.Reject.class);
            assertThat(effects).containsExactly("ride");
            clock.advance(Duration.ofDays(1));

            assertThat(patient.result(run(patient))).contains("confirmed");
            assertThat(effects).containsExactly("ride", "confirmed");
        }

        @Test
        void for_an_answer_get_the_first_one_that_is_given() {
            Resumable<String, String, MemoryTransaction> asking = type((to, steps) -> {
                steps.local("create ride", tx -> effect(tx, "ride"));
                return steps.await("approval", String.class);
            });
            ResumableEngine<MemoryTransaction> engine = node(asking);
            assertThat(engine.answer(ID, "approval", String.class, "yes")).isEqualTo(Answered.NOT_RUNNING);
            assertThat(run(asking)).isInstanceOf(Answer.Reject.class);
            clock.advance(Duration.ofDays(30));
            assertThat(run(asking)).isInstanceOf(Answer.Reject.class);

            assertThat(engine.answer(ID, "approval", String.class, "yes")).isEqualTo(Answered.ACCEPTED);
            assertThat(engine.answer(ID, "approval", String.class, "yes")).isEqualTo(Answered.ACCEPTED);
            assertThat(engine.answer(ID, "approval", String.class, "no")).isEqualTo(Answered.REFUSED);
            assertThat(engine.answer(ID, "create ride", String.class, "no")).isEqualTo(Answered.REFUSED);

            assertThat(asking.result(run(asking))).contains("yes");
        }

        @Test
        void for_an_answer_that_is_there_already_do_not_wait() throws Exception {
            CountDownLatch there = new CountDownLatch(1);
            crash(type((to, steps) -> steps.remote("charge card", String.class, key -> dieAfter(there))), there);
            Resumable<String, String, MemoryTransaction> asking = type((to, steps) -> {
                steps.remote("charge card", String.class, key -> peer.call(key, "charge"));
                return steps.await("approval", String.class);
            });
            node(asking).answer(ID, "approval", String.class, "yes");

            assertThat(asking.result(run(asking))).contains("yes");
        }
    }

    @Test
    void may_be_taken_in_parallel_branches() {
        Resumable<String, String, MemoryTransaction> parallel = type((to, steps) -> {
            AtomicInteger branches = new AtomicInteger();
            List<String> parts = Parallel.run(8, () -> {
                int i = branches.getAndIncrement();
                String call = steps.remote("call " + i, String.class, key -> peer.call(key, "call " + i));
                return steps.local("note " + i, String.class, tx -> effect(tx, call));
            });
            return String.join(", ", parts);
        });

        assertThat(parallel.result(run(parallel)).orElseThrow())
                .contains("call 0 done")
                .contains("call 7 done");
        assertThat(effects).hasSize(8);
        assertThat(peer.applied()).isEqualTo(8);
        assertThat(steps()).hasSize(16);
    }
}
