package dev.reprise.testkit.resumable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEvent.RanTooLong;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationType;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Each operation keeps its lease, whatever others do. */
class RenewalsTest extends Fixture {
    private static final Duration LEASE = Duration.ofMillis(50);

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** It holds a lock of its own run, and the beat of all runs must not wait for that. */
    @Test
    void a_local_step_that_never_ends_leaves_the_leases_of_other_operations_alone_P7() {
        CountDownLatch counting = new CountDownLatch(1);
        CountDownLatch calling = new CountDownLatch(1);
        OperationId other = new OperationId(ID.scope(), new IdempotencyKey("ride-2"));
        Resumable<String, String, MemoryTransaction> stuck = type((to, steps) -> {
                    steps.remote("look", String.class, key -> to);
                    return steps.local("count", String.class, tx -> dieAfter(counting));
                })
                .with(POLICY.withMaxRunTime(Duration.ofMillis(500)));
        Resumable<String, String, MemoryTransaction> honest = Resumable.<String, String, MemoryTransaction>returning(
                        new OperationType("honest", 1),
                        TEXT,
                        TEXT,
                        (to, steps) -> steps.remote("call", String.class, key -> dieAfter(calling)))
                .with(POLICY.withLease(LEASE));
        try (ResumableEngine<MemoryTransaction> engine = ResumableEngine.over(database, database)
                .register(stuck)
                .register(honest)
                .listener(events::add)
                .completer(Duration.ofHours(1), 4)
                .patience(Duration.ZERO)
                .build()) {
            engine.start(ID, stuck, "to the airport");
            await(() -> counting.getCount() == 0);
            await(() -> events.stream().anyMatch(RanTooLong.class::isInstance));
            engine.start(other, honest, "to the station");
            await(() -> calling.getCount() == 0);

            clock.advance(LEASE.dividedBy(2));

            Instant renewed = clock.instant().plus(LEASE);
            await(() -> database.find(other).orElseThrow().record().state() instanceof Running running
                    && !running.leaseEnd().isBefore(renewed));
        }
    }
}
