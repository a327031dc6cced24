package dev.reprise.testkit.resumable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Answer;
import dev.reprise.OperationId;
import dev.reprise.OperationType;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Replay;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableOperation;
import dev.reprise.resumable.Steps;
import dev.reprise.testkit.RecordedOperations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;

/** New code is held against what is recorded before it is deployed, and does nothing meanwhile (P4). */
class ReplayTest extends Fixture {
    private static final Codecs CODECS = Codecs.builtIn();

    @BeforeEach
    void an_operation_waits_for_an_approval() {
        Answer waits = run(type((to, steps) -> {
            created(to, steps);
            steps.remote("charge card", String.class, key -> "charged");
            return steps.await("approval", String.class);
        }));
        assertThat(waits).isInstanceOf(Answer.Reject.class);
        effects.clear();
    }

    private String created(String to, Steps<MemoryTransaction> steps) {
        return steps.local("create ride", String.class, tx -> effect(tx, "ride " + to));
    }

    private Replay replay(ResumableOperation<String, String, MemoryTransaction> code) {
        Replay replay = type(code).replay(found(), CODECS);
        assertThat(effects).isEmpty();
        return replay;
    }

    @Test
    void code_that_has_moved_and_added_steps_goes_on_with_the_first_that_is_not_finished_P4() {
        assertThat(replay((to, steps) -> {
                    steps.remote("charge card", String.class, key -> "again");
                    created(to, steps);
                    steps.remote("insure", String.class, key -> effects.add("insured") ? "insured" : "");
                    return steps.await("approval", String.class);
                }))
                .isEqualTo(new Replay.GoesOn("insure"));
    }

    @Test
    void code_that_needs_nothing_more_finishes() {
        assertThat(replay((to, steps) ->
                        created(to, steps) + ", " + steps.remote("charge card", String.class, key -> "again")))
                .isInstanceOfSatisfying(
                        Replay.Finishes.class,
                        end -> assertThat(new String(end.response().body().bytes(), StandardCharsets.UTF_8))
                                .isEqualTo("ride to the airport, charged"));
    }

    @Test
    void code_that_forgets_a_step_or_makes_it_another_kind_or_cannot_read_it_does_not_fit_P4() {
        assertThat(replay(this::created))
                .isInstanceOfSatisfying(
                        Replay.DoesNotFit.class,
                        end -> assertThat(end.reason()).contains("charge card", "never asked for"));
        assertThat(replay((to, steps) -> steps.remote("create ride", String.class, key -> "")))
                .isInstanceOfSatisfying(
                        Replay.DoesNotFit.class, end -> assertThat(end.reason()).contains("recorded as LOCAL"));
        assertThat(replay((to, steps) -> String.valueOf(steps.local("create ride", Integer.class, transaction -> 1))))
                .isInstanceOfSatisfying(
                        Replay.DoesNotFit.class, end -> assertThat(end.reason()).contains("cannot be decoded"));
    }

    @Test
    void code_that_catches_what_ends_it_changes_nothing() {
        assertThat(replay((to, steps) -> {
                    try {
                        steps.local("new", tx -> effect(tx, "new"));
                    } catch (RuntimeException e) {
                        // What must not be done.
                    }
                    return "the end";
                }))
                .isEqualTo(new Replay.GoesOn("new"));
    }

    @Test
    void code_that_throws_outside_of_steps_fails() {
        assertThat(replay((to, steps) -> {
                    throw new IllegalStateException("a bug");
                }))
                .isInstanceOf(Replay.Fails.class);
    }

    @Test
    void each_recorded_operation_becomes_a_test() throws Throwable {
        Resumable<String, String, MemoryTransaction> fits = type((to, steps) -> {
            steps.remote("charge card", String.class, key -> "again");
            return created(to, steps);
        });
        Resumable<String, String, MemoryTransaction> other =
                Resumable.returning(new OperationType("book-ride", 2), TEXT, TEXT, (to, steps) -> created(to, steps));

        assertThat(tests(ID, fits)).hasSize(1);
        tests(ID, fits).getFirst().getExecutable().execute();
        assertThatThrownBy(() -> tests(ID, other).getFirst().getExecutable().execute())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("is not registered");
    }

    private List<DynamicTest> tests(OperationId id, Resumable<?, ?, MemoryTransaction> type) {
        return RecordedOperations.goOn(database, List.of(id), CODECS, List.of(type))
                .toList();
    }
}
