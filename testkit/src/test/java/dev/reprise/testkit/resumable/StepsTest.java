package dev.reprise.testkit.resumable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Answer;
import dev.reprise.OperationState.Completed;
import dev.reprise.Rejection;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.spi.ResumableStore.Answered;
import dev.reprise.testkit.Parallel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Steps that are taken as they should be, and what they cost. */
class StepsTest extends Fixture {
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
}
