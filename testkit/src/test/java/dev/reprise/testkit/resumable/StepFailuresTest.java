package dev.reprise.testkit.resumable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyException;
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
import dev.reprise.spi.ResumableStore.Failing;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Steps that fail, or whose process dies. */
class StepFailuresTest extends Fixture {
    @Nested
    class After_a_crash {
        @Test
        void what_is_finished_is_not_done_again_and_the_child_key_is_the_same_P3_P4() throws Exception {
            for (String victim : List.of("create ride", "charge card", "confirm")) {
                StepFailuresTest other = new StepFailuresTest();
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

            assertThat(run(type(StepFailuresTest.this::book)))
                    .isInstanceOfSatisfying(
                            Answer.Reject.class,
                            reject -> assertThat(reject.reason()).isEqualTo(Rejection.IN_PROGRESS));
        }
    }

    @Test
    void an_operator_sees_in_how_many_runs_a_step_was_tried() {
        AtomicInteger calls = new AtomicInteger();
        Resumable<String, String, MemoryTransaction> declined = type((to, steps) -> {
            steps.local("create ride", tx -> {});
            steps.remote("charge card", String.class, key -> {
                if (calls.incrementAndGet() < 3) {
                    throw new IOException("reset " + calls);
                }
                return "charge";
            });
            return steps.local("confirm", String.class, tx -> "confirmed");
        });

        run(declined);
        long commits = database.commits();
        assertThat(found().failing()).isEqualTo(new Failing("charge card", 1));
        clock.advance(Duration.ofSeconds(1));
        run(declined);
        assertThat(found().failing()).isEqualTo(new Failing("charge card", 2));
        assertThat(found().lastError()).contains("reset 2");
        // Taken over, and given up again: no more than without the number.
        assertThat(database.commits() - commits).isEqualTo(2);
        clock.advance(Duration.ofSeconds(1));
        run(declined);

        assertThat(found().steps())
                .extracting(one -> one.step().name() + " " + one.step().runs())
                .containsExactly("create ride 1", "charge card 3", "confirm 1");
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
            assertThat(run(type(StepFailuresTest.this::book))).isInstanceOf(Answer.Fresh.class);
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
}
