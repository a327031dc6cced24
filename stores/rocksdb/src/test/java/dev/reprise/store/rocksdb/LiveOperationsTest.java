package dev.reprise.store.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Owner;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Look-ups that read the disk and memory one after the other, while operations move from the one to the other. */
class LiveOperationsTest {
    private static final OperationId ID = Examples.id("k");

    private final LiveOperations live = new LiveOperations(changed -> {});
    private final OperationRecord running = record(new Running(new Owner("test", 1), Instant.EPOCH));
    private final OperationRecord unknown = record(new Unknown("?", Instant.EPOCH, null));

    private static OperationRecord record(OperationState state) {
        return new OperationRecord(ID, Examples.claim("k").fingerprint(), new FencingToken(1), 1, Instant.EPOCH, state);
    }

    @Test
    void what_leaves_memory_after_it_was_not_yet_on_the_disk_is_found_there() {
        live.publish(Map.of(ID, Optional.of(running)));
        Deque<Optional<OperationRecord>> disk = new ArrayDeque<>(List.of(Optional.empty(), Optional.of(unknown)));

        OperationRecord found = live.find(ID, () -> {
            OperationRecord read = disk.remove().orElse(null);
            if (read == null) {
                live.publish(Map.of(ID, Optional.of(unknown)));
            }
            return read;
        });

        assertThat(found).isEqualTo(unknown);
    }

    @Test
    void what_the_disk_holds_already_is_hidden_until_it_is_durable_S19() {
        live.publish(Map.of(ID, Optional.of(running)));

        assertThat(live.find(ID, () -> unknown)).isEqualTo(running);
        live.publish(Map.of(ID, Optional.of(unknown)));
        assertThat(live.find(ID, () -> unknown)).isEqualTo(unknown);
    }

    @Test
    void what_the_disk_holds_no_more_is_shown_until_that_is_durable_S19() {
        live.shield(Map.of(ID, unknown));

        assertThat(live.find(ID, () -> null)).isEqualTo(unknown);
        live.publish(Map.of(ID, Optional.of(running)));
        assertThat(live.find(ID, () -> null)).isEqualTo(running);
    }
}
