package dev.reprise;

import static dev.reprise.Interleavings.check;
import static dev.reprise.Interleavings.require;
import static dev.reprise.Interleavings.together;

import dev.reprise.IdempotencyEvent.LeaseLost;
import dev.reprise.internal.Background;
import dev.reprise.internal.Events;
import dev.reprise.internal.Replies;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Claim;
import dev.reprise.spi.EngineRuntime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Renewals meet the end of their handler, and each other, in every interleaving. */
class HeartbeatLincheckTest {
    private static final OperationId ID = new OperationId(new Scope("alice", "/"), new IdempotencyKey("k"));
    private static final RequestFingerprint FINGERPRINT = new RequestFingerprint(1, new byte[] {1});
    private static final Operation OPERATION = new Operation(
            ID,
            new RequestFingerprint.Source() {
                @Override
                public RequestFingerprint current() {
                    return FINGERPRINT;
                }

                @Override
                public Optional<RequestFingerprint> of(int version) {
                    return Optional.empty();
                }
            },
            OperationPolicy.DEFAULT);
    private static final Response RESPONSE = new Response(200, Headers.EMPTY, Body.EMPTY);
    private static final EngineRuntime SYSTEM = EngineRuntime.system();

    /** An engine's parts about one operation that runs, whose renewal is due. */
    private static final class Subject implements EngineRuntime {
        private final MemoryStore memory = new MemoryStore(InstantSource.fixed(Instant.EPOCH));
        private final AtomicLong now = new AtomicLong();
        private final AtomicInteger renewing = new AtomicInteger();
        private final List<Thread> renewals = new CopyOnWriteArrayList<>();
        private final List<IdempotencyEvent> told = new CopyOnWriteArrayList<>();
        private final Heartbeat heartbeat;
        private final LeasedExecution execution;

        private Subject() {
            GuardedStore store = new GuardedStore(memory);
            Events events = new Events(told::add, this::nanoTime);
            Background background = new Background(this);
            heartbeat = new Heartbeat(store, this, background);
            LeasedParts parts = new LeasedParts(
                    store,
                    events,
                    new Replies(events),
                    new RunningHere(),
                    heartbeat,
                    new Settler(this, background),
                    new Reconciliations(store, events, this, background, () -> new Owner("n", 2), null));
            Claim claim = new Claim(
                    ID, FINGERPRINT, new Owner("n", 1), OPERATION.policy().lease());
            execution = new LeasedExecution(parts, OPERATION, ((Acquired) memory.acquire(claim)).lease(), 0);
            heartbeat.start(execution);
            now.set(OPERATION.policy().lease().dividedBy(2).toNanos());
        }

        private void finish() {
            require(
                    execution.finish(new Outcome.Answered(RESPONSE, RESPONSE)) instanceof Answer.Fresh,
                    "nobody else has it");
        }

        private void awaitRenewals() {
            try {
                for (Thread renewal : renewals) {
                    renewal.join();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public long nanoTime() {
            return now.get();
        }

        @Override
        public RandomGenerator random() {
            return SYSTEM.random();
        }

        @Override
        public void sleep(Duration pause) throws InterruptedException {
            SYSTEM.sleep(pause);
        }

        @Override
        public Worker service(String name, Runnable task) {
            return SYSTEM.service(name, task);
        }

        @Override
        public Worker task(String name, Runnable task) {
            Thread thread = new Thread(() -> {
                require(renewing.incrementAndGet() == 1, "one renewal at a time");
                task.run();
                renewing.decrementAndGet();
            });
            renewals.add(thread);
            thread.start();
            return new Worker() {
                @Override
                public void interrupt() {
                    thread.interrupt();
                }

                @Override
                public boolean join(Duration atMost) throws InterruptedException {
                    return thread.join(atMost);
                }
            };
        }

        @Override
        public Latch latch() {
            return SYSTEM.latch();
        }
    }

    @Test
    void a_handler_that_ends_beside_its_renewal_has_not_lost_its_lease_and_is_renewed_no_more_S27() {
        check(300, () -> {
            Subject subject = new Subject();
            together(subject.heartbeat::beat, subject::finish);
            subject.awaitRenewals();
            int started = subject.renewals.size();
            subject.heartbeat.beat();

            require(subject.renewals.size() == started, "nothing is left to renew");
            require(subject.told.stream().noneMatch(LeaseLost.class::isInstance), "nobody took the lease");
            require(
                    subject.memory.find(ID).orElseThrow().state() instanceof OperationState.Completed,
                    "the answer is recorded");
        });
    }

    @Test
    void a_beat_beside_a_renewal_starts_no_second_one() {
        check(300, () -> {
            Subject subject = new Subject();
            subject.heartbeat.beat();
            subject.heartbeat.beat();
            subject.heartbeat.beat();
            subject.awaitRenewals();
        });
    }
}
