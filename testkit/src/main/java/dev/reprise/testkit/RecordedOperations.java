package dev.reprise.testkit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.reprise.OperationId;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Replay;
import dev.reprise.resumable.Resumable;
import dev.reprise.spi.ResumableStore;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DynamicTest;

/**
 * Tests that hold new code against operations that production has recorded, before it is deployed: each must go on where it
 * stands, or end (P4). Nothing is done and nothing is changed. Return them from a {@code @TestFactory}, with the store on a copy of
 * production's database.
 */
public final class RecordedOperations {
    private RecordedOperations() {}

    /**
     * A test for each operation that is not finished.
     *
     * @param types all that the new release registers; an operation of another type or version fails its test
     * @param codecs those of the engine
     */
    public static Stream<DynamicTest> goOn(
            ResumableStore<?> store, Collection<OperationId> ids, Codecs codecs, List<Resumable<?, ?, ?>> types) {
        return ids.stream()
                .map(id -> dynamicTest(id.toString(), () -> {
                    ResumableStore.Progressing recorded = store.find(id)
                            .orElseThrow(() -> new AssertionError("There is no operation " + id + ", or not any more"));
                    Replay replay = types.stream()
                            .filter(type -> type.type().equals(recorded.type()))
                            .findFirst()
                            .map(type -> type.replay(recorded, codecs))
                            .orElseGet(() -> new Replay.DoesNotFit("Nobody would go on with it: " + recorded.type()
                                    + " is not registered; keep its code under its version until it is finished"));
                    Assertions.assertThat(replay)
                            .as("what the new code does with %s", id)
                            .isInstanceOfAny(Replay.GoesOn.class, Replay.Finishes.class);
                }));
    }
}
