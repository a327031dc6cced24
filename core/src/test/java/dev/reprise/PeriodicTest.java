package dev.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.internal.Periodic;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A task that runs again and again goes on, whatever it throws. */
class PeriodicTest {
    private static final Duration PAUSE = Duration.ofSeconds(7);

    private final ManualRuntime runtime = new ManualRuntime();
    private final Queue<Runnable> rounds = new ArrayDeque<>();
    /** What was wrong at the beginning of each round. */
    private final List<Optional<String>> problems = new ArrayList<>();

    private final Periodic periodic = new Periodic(runtime, "the-task", PAUSE, this::round);

    /** The last one closes. */
    private void round() {
        problems.add(periodic.problem());
        Runnable next = rounds.poll();
        if (next == null) {
            periodic.close();
        } else {
            next.run();
        }
    }

    static Stream<Throwable> anything() {
        return Stream.of(
                new IllegalStateException("a bug"),
                new InternalError("no memory"),
                new StackOverflowError(),
                new AssertionError("a failed assertion"),
                new Exception("a checked one"),
                new UnspeakableError());
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneakily(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @ParameterizedTest
    @MethodSource("anything")
    void what_the_task_throws_is_a_problem_until_it_is_done_again(Throwable thrown) {
        rounds.add(() -> PeriodicTest.<RuntimeException>sneakily(thrown));
        rounds.add(() -> {});
        runtime.run();

        assertThat(problems).hasSize(3);
        assertThat(problems.get(0)).isEmpty();
        assertThat(problems.get(1))
                .hasValueSatisfying(problem -> assertThat(problem).startsWith("the-task fails"));
        assertThat(problems.get(2)).isEmpty();
        assertThat(runtime.pauses).containsExactly(PAUSE, PAUSE, PAUSE);
    }

    @ParameterizedTest
    @MethodSource("anything")
    void what_a_pause_throws_is_survived_too(Throwable thrown) {
        rounds.add(() -> {});
        runtime.onPause = () -> {
            runtime.onPause = () -> {};
            PeriodicTest.<RuntimeException>sneakily(thrown);
        };
        runtime.run();

        assertThat(problems).hasSize(2);
    }

    @Test
    void a_store_that_fails_is_a_problem_of_the_store() {
        rounds.add(() -> {
            throw new StoreException("down", null);
        });
        runtime.run();

        assertThat(problems).containsExactly(Optional.empty(), Optional.empty());
    }

    @Test
    void an_interrupt_that_nobody_meant_ends_nothing() {
        rounds.add(() -> Thread.currentThread().interrupt());
        rounds.add(() -> {});
        runtime.run();

        assertThat(problems).hasSize(3).containsOnly(Optional.empty());
    }
}
