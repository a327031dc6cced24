package dev.reprise.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StageTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    /** The sizes of the rounds that were begun; each round ends when it is allowed to, the first of them first. */
    private final BlockingQueue<Integer> rounds = new LinkedBlockingQueue<>();

    private final Semaphore mayEnd = new Semaphore(0, true);

    private Stage<Call<String>> stage(int threads, int parallelThreshold, int capacity) {
        return stage(threads, parallelThreshold, capacity, Duration.ofMillis(50));
    }

    private Stage<Call<String>> stage(int threads, int parallelThreshold, int capacity, Duration maxWait) {
        return new Stage<>("stage-under-test", threads, parallelThreshold, capacity, maxWait, this::serve);
    }

    private void serve(List<Call<String>> calls) {
        rounds.add(calls.size());
        try {
            assertThat(mayEnd.tryAcquire(SOON.toMillis(), TimeUnit.MILLISECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        calls.forEach(call -> call.answer("served"));
    }

    private static List<Call<String>> add(Stage<Call<String>> stage, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    Call<String> call = new Call<>();
                    stage.add(call);
                    return call;
                })
                .toList();
    }

    private int nextRound() throws InterruptedException {
        Integer size = rounds.poll(SOON.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(size).as("a round begins").isNotNull();
        return size;
    }

    private static void assertServed(List<Call<String>> calls) {
        assertThat(calls).extracting(Call::await).containsOnly("served");
    }

    @Test
    void what_comes_while_a_round_is_served_is_served_together_in_the_next() throws Exception {
        try (Stage<Call<String>> stage = stage(1, 1, 100)) {
            List<Call<String>> first = add(stage, 1);
            assertThat(nextRound()).isEqualTo(1);
            List<Call<String>> next = add(stage, 7);
            mayEnd.release();
            assertServed(first);
            assertThat(nextRound()).isEqualTo(7);
            mayEnd.release();
            assertServed(next);
            assertThat(stage.rounds()).isEqualTo(2);
            assertThat(stage.served()).isEqualTo(8);
        }
    }

    @Test
    void a_second_thread_comes_in_when_a_crowd_waits_and_not_before() throws Exception {
        try (Stage<Call<String>> stage = stage(2, 3, 100)) {
            List<Call<String>> first = add(stage, 1);
            assertThat(nextRound()).isEqualTo(1);
            List<Call<String>> parallelThreshold = add(stage, 3);
            assertThat(nextRound())
                    .as("served together, so nobody took the first two")
                    .isEqualTo(3);
            mayEnd.release(2);
            assertServed(first);
            assertServed(parallelThreshold);
        }
    }

    @Test
    void a_thread_that_ends_its_round_leaves_less_than_a_crowd_to_the_one_that_is_busy() throws Exception {
        try (Stage<Call<String>> stage = stage(2, 3, 100)) {
            List<Call<String>> first = add(stage, 1);
            assertThat(nextRound()).isEqualTo(1);
            List<Call<String>> parallelThreshold = add(stage, 3);
            assertThat(nextRound()).isEqualTo(3);
            List<Call<String>> two = add(stage, 2);
            mayEnd.release();
            assertServed(first);
            assertThat(rounds.poll(50, TimeUnit.MILLISECONDS)).isNull();
            mayEnd.release();
            assertServed(parallelThreshold);
            assertThat(nextRound()).isEqualTo(2);
            mayEnd.release();
            assertServed(two);
        }
    }

    @Test
    void less_than_a_crowd_is_served_when_nobody_is_busy_any_more() throws Exception {
        try (Stage<Call<String>> stage = stage(2, 3, 100)) {
            List<Call<String>> first = add(stage, 1);
            assertThat(nextRound()).isEqualTo(1);
            List<Call<String>> two = add(stage, 2);
            mayEnd.release();
            assertServed(first);
            assertThat(nextRound()).isEqualTo(2);
            mayEnd.release();
            assertServed(two);
        }
    }

    @Test
    void a_full_stage_refuses_after_a_while() throws Exception {
        try (Stage<Call<String>> stage = stage(1, 1, 2)) {
            List<Call<String>> first = add(stage, 1);
            assertThat(nextRound()).isEqualTo(1);
            List<Call<String>> waiting = add(stage, 2);
            assertThatThrownBy(() -> add(stage, 1))
                    .isInstanceOf(StoreException.class)
                    .hasMessage("2 calls wait for the store already");
            mayEnd.release(2);
            assertServed(first);
            assertServed(waiting);
        }
    }

    /** S22: an event loop must not wait for room. */
    @Test
    void who_cannot_wait_is_let_go_and_its_task_served_when_there_is_room() throws Exception {
        try (Stage<Call<String>> stage = stage(1, 1, 1, SOON)) {
            List<Call<String>> first = add(stage, 1);
            assertThat(nextRound()).isEqualTo(1);
            List<Call<String>> waiting = add(stage, 1);
            Call<String> later = new Call<>();

            stage.addAsync(later);

            assertThat(later.isAnswered()).isFalse();
            mayEnd.release(3);
            assertServed(first);
            assertServed(waiting);
            assertServed(List.of(later));
        }
    }

    @Test
    void who_cannot_wait_is_told_when_no_room_comes() throws Exception {
        try (Stage<Call<String>> stage = stage(1, 1, 1)) {
            List<Call<String>> first = add(stage, 1);
            assertThat(nextRound()).isEqualTo(1);
            List<Call<String>> waiting = add(stage, 1);
            Call<String> later = new Call<>();

            stage.addAsync(later);

            assertThat(later.toStage())
                    .failsWithin(SOON)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(StoreException.class)
                    .withMessageContaining("1 calls wait for the store already");
            mayEnd.release(2);
            assertServed(first);
            assertServed(waiting);
        }
    }

    @Test
    void what_the_server_throws_fails_all_of_the_round() {
        try (Stage<Call<String>> stage = new Stage<>("failing", 1, 1, 100, SOON, calls -> {
            throw new IllegalStateException("broken");
        })) {
            assertThat(add(stage, 2))
                    .allSatisfy(call -> assertThatThrownBy(call::await)
                            .isInstanceOf(StoreException.class)
                            .hasMessageContaining("broken"));
        }
    }

    /** A call that throws when it is failed: its own failure, or another error. */
    private static final class UnfailableCall extends Call<String> {
        private final @Nullable Error thrown;

        private UnfailableCall(@Nullable Error thrown) {
            this.thrown = thrown;
        }

        @Override
        public void fail(Throwable failure) {
            if (thrown != null) {
                throw thrown;
            }
            throw (Error) failure;
        }
    }

    static Stream<Error> anything() {
        return Stream.of(new OutOfMemoryError("no memory"), new StackOverflowError(), new AssertionError("a bug"));
    }

    @ParameterizedTest
    @MethodSource("anything")
    void whatever_the_server_throws_and_however_its_calls_take_it_everybody_is_told_and_later_calls_are_served(
            Error thrown) throws Exception {
        Semaphore mayFail = new Semaphore(0);
        try (Stage<Call<String>> stage = new Stage<>("failing", 1, 1, 100, SOON, calls -> {
            rounds.add(calls.size());
            mayFail.acquireUninterruptibly();
            if (calls.size() > 1) {
                throw thrown;
            }
            calls.forEach(call -> call.answer("served"));
        })) {
            List<Call<String>> first = add(stage, 1);
            assertThat(nextRound()).isEqualTo(1);
            stage.add(new UnfailableCall(null));
            stage.add(new UnfailableCall(new OutOfMemoryError("no memory to fail a call")));
            List<Call<String>> beside = add(stage, 1);
            mayFail.release(2);
            assertServed(first);
            assertThat(nextRound()).isEqualTo(3);
            assertThatThrownBy(beside.getFirst()::await)
                    .isInstanceOf(StoreException.class)
                    .hasCause(thrown);

            mayFail.release();
            assertServed(add(stage, 1));
        }
    }

    @Test
    void closing_serves_what_waits_and_refuses_what_comes() throws Exception {
        Stage<Call<String>> stage = stage(2, 3, 100);
        List<Call<String>> first = add(stage, 1);
        assertThat(nextRound()).isEqualTo(1);
        List<Call<String>> waiting = add(stage, 2);
        mayEnd.release(2);
        stage.close();
        assertServed(first);
        assertServed(waiting);
        assertThatThrownBy(() -> add(stage, 1))
                .isInstanceOf(StoreException.class)
                .hasMessage("The store is closed");
    }

    @Test
    void a_thread_that_is_stuck_is_told_and_only_as_long_as_it_is() throws Exception {
        try (Stage<Call<String>> stage = stage(1, 1, 100)) {
            assertThat(stage.problems(Duration.ZERO)).isEmpty();
            List<Call<String>> first = add(stage, 1);
            assertThat(nextRound()).isEqualTo(1);

            assertThat(stage.problems(Duration.ZERO)).containsExactly("stage-under-test is stuck");
            assertThat(stage.problems()).as("not for long enough").isEmpty();

            List<Call<String>> last = add(stage, 1);
            mayEnd.release();
            assertServed(first);
            assertThat(nextRound()).as("it goes on").isEqualTo(1);
            assertThat(stage.problems(SOON)).isEmpty();
            mayEnd.release();
            assertServed(last);
        }
    }
}
