package dev.reprise.spi.support;

import static dev.reprise.Interleavings.check;
import static dev.reprise.Interleavings.require;
import static dev.reprise.Interleavings.together;

import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every task of a stage is served once, whatever the interleaving of its threads with its callers. */
class StageLincheckTest {
    private static Stage<Call<String>> stage(int threads, int parallelThreshold, int capacity) {
        return new Stage<>(
                "model", threads, parallelThreshold, capacity, Duration.ofHours(1), StageLincheckTest::serve);
    }

    private static void serve(List<Call<String>> calls) {
        calls.forEach(call -> call.answer("served"));
    }

    private static void call(Stage<Call<String>> stage) {
        Call<String> call = new Call<>();
        stage.add(call);
        require(call.await().equals("served"), "served");
    }

    private static void twoCallers(int threads, int parallelThreshold, int capacity) {
        Stage<Call<String>> stage = stage(threads, parallelThreshold, capacity);
        together(() -> call(stage), () -> call(stage));
        stage.close();
        require(stage.served() == 2, "each is served once");
    }

    @Test
    void by_one_thread() {
        check(100, () -> twoCallers(1, 1, 10));
    }

    @Test
    void by_two_threads_of_which_the_second_waits_for_a_crowd() {
        check(100, () -> twoCallers(2, 2, 10));
    }

    @Test
    void with_room_for_one_alone() {
        check(100, () -> twoCallers(1, 1, 1));
    }

    /** As a store has one stage for what is written and one for what is to be durable; the queue between them is full. */
    @Test
    void by_a_stage_that_hands_on_to_another_one() {
        check(100, () -> {
            Stage<Call<String>> syncer = stage(1, 1, 1);
            Stage<Call<String>> writer =
                    new Stage<>("model", 1, 1, 10, Duration.ofHours(1), calls -> calls.forEach(syncer::add));
            together(() -> call(writer), () -> call(writer));
            writer.close();
            syncer.close();
            require(syncer.served() == 2, "each is served once");
        });
    }

    @Test
    void or_refused_while_the_stage_is_closed() {
        check(100, () -> {
            Stage<Call<String>> stage = stage(1, 1, 10);
            together(
                    () -> {
                        try {
                            call(stage);
                        } catch (StoreException closed) {
                            // Refused before it was taken.
                        }
                    },
                    stage::close);
        });
    }
}
