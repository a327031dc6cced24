package dev.reprise.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Scope;
import dev.reprise.console.operations.StoreOperations;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a crash has left is counted when a gateway starts, and again each minute. */
class UnfinishedOperationsTest {
    private final MemoryStore store = new MemoryStore();
    private final UnfinishedOperations unfinished = new UnfinishedOperations(new StoreOperations(store));

    @AfterEach
    void close() {
        store.close();
    }

    private Lease claim(String key, Duration lease) {
        OperationId id = new OperationId(new Scope("a", "/a"), new IdempotencyKey(key));
        Claim claim = new Claim(id, new RequestFingerprint(1, new byte[1]), new Owner("gone", 1), lease);
        return ((Acquisition.Acquired) store.acquire(claim)).lease();
    }

    @Test
    void are_those_past_their_lease_and_those_that_nobody_can_tell_of() {
        claim("running", Duration.ofHours(1));
        claim("abandoned", Duration.ofNanos(1));
        store.park(claim("unknown", Duration.ofHours(1)), "lost");

        unfinished.report(false);

        assertThat(unfinished.abandoned()).isEqualTo(1);
        assertThat(unfinished.unknown()).isEqualTo(1);
    }

    @Test
    void are_all_that_run_where_nobody_else_could_run_them() {
        claim("of the process before", Duration.ofHours(1));

        unfinished.report(true);
        assertThat(unfinished.abandoned()).isEqualTo(1);

        unfinished.count();
        assertThat(unfinished.abandoned()).as("somebody may run it by now").isZero();
    }
}
