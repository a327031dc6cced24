package dev.reprise.store.rocksdb;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Owner;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Look-ups beside operations that move between memory and disk, in the interleavings that the model checker tries. The disk
 * is a variable here, because the model checker cannot look into native code; for the same reason the queue of the writer is
 * checked where it is made, as a stage that hands on to another one.
 */
class LiveOperationsLincheckTest {
    private static final OperationId ID = Examples.id("k");
    private static final OperationRecord RUNNING = record(new Running(new Owner("test", 1), Instant.EPOCH));
    private static final OperationRecord UNKNOWN = record(new Unknown("?", Instant.EPOCH, null));

    /** Memory, the disk, and whether what is on the disk is durable. */
    private final LiveOperations live = new LiveOperations(changed -> {});

    private final AtomicReference<@Nullable OperationRecord> disk = new AtomicReference<>();
    private final AtomicBoolean durable = new AtomicBoolean();

    private static OperationRecord record(OperationState state) {
        return new OperationRecord(ID, Examples.claim("k").fingerprint(), new FencingToken(1), 1, Instant.EPOCH, state);
    }

    private void publish(OperationRecord after) {
        durable.set(true);
        live.publish(Map.of(ID, Optional.of(after)));
    }

    private void find(OperationRecord before) {
        OperationRecord found = live.find(ID, disk::get);
        if (found == null) {
            throw new AssertionError("An operation that is there is not found");
        }
        if (!found.equals(before) && !durable.get()) {
            throw new AssertionError("A change is seen that is not durable");
        }
    }

    private static void beside(Runnable change, Runnable look) {
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        Thread looking = new Thread(() -> {
            try {
                look.run();
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        looking.start();
        change.run();
        try {
            looking.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        // Lincheck looks at what is thrown here, and not at the other thread.
        if (thrown.get() != null) {
            throw new AssertionError(thrown.get());
        }
    }

    @Test
    void what_comes_to_rest_is_found_at_any_time_and_not_seen_before_it_is_durable_S19() {
        Lincheck.runConcurrentTest(400, () -> {
            LiveOperationsLincheckTest test = new LiveOperationsLincheckTest();
            test.live.publish(Map.of(ID, Optional.of(RUNNING)));
            beside(
                    () -> {
                        test.disk.set(UNKNOWN);
                        test.publish(UNKNOWN);
                    },
                    () -> test.find(RUNNING));
        });
    }

    @Test
    void what_is_taken_from_rest_is_found_at_any_time_and_not_seen_before_it_is_durable_S19() {
        Lincheck.runConcurrentTest(400, () -> {
            LiveOperationsLincheckTest test = new LiveOperationsLincheckTest();
            test.disk.set(UNKNOWN);
            beside(
                    () -> {
                        test.live.shield(Map.of(ID, UNKNOWN));
                        test.disk.set(null);
                        test.publish(RUNNING);
                    },
                    () -> test.find(UNKNOWN));
        });
    }
}
