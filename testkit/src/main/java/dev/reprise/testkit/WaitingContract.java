package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Running;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreCapability;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The part of {@link StoreContract} about waiting for a running operation (S8). */
abstract class WaitingContract extends ListingContract {
    /** A store that is told is done long before, and one that looks again now and then is not. */
    private static final Duration AT_ONCE = Duration.ofMillis(500);

    WaitingContract(Duration lease) {
        super(lease);
    }

    /** After how long a call hangs that must not wait. Ten seconds, unless overridden. */
    protected Duration patience() {
        return Duration.ofSeconds(10);
    }

    /** Something that may wait. */
    @FunctionalInterface
    interface Waiting {
        void run() throws Exception;
    }

    final void assertReturnsSoon(Waiting waiting) throws Exception {
        try (Waiters threads = new Waiters()) {
            Future<?> done = threads.start(callable(waiting));
            try {
                done.get(patience().toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                throw new AssertionError("It still waits after " + patience(), e);
            }
        }
    }

    /** Threads that are interrupted at the end, whatever they do. */
    private static final class Waiters implements AutoCloseable {
        private final List<Thread> started = new ArrayList<>();

        <T> Future<T> start(Callable<T> task) {
            FutureTask<T> future = new FutureTask<>(task);
            started.add(Thread.ofVirtual().start(future));
            return future;
        }

        @Override
        public void close() {
            started.forEach(Thread::interrupt);
        }
    }

    private static Callable<Void> callable(Waiting waiting) {
        return () -> {
            waiting.run();
            return null;
        };
    }

    /** How long the slower half of waiters through a store took to be woken by ends that are made through another one. */
    private Duration slowestWaking(OperationStore waited, Consumer<Lease> ending) throws Exception {
        List<Duration> wakings = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Lease held = acquire(newId());
            CountDownLatch begun = new CountDownLatch(1);
            long[] ended = new long[1];
            assertReturnsSoon(() -> {
                try (Waiters threads = new Waiters()) {
                    Future<Long> waiter = threads.start(() -> {
                        begun.countDown();
                        waited.awaitChange(held.id(), held.token(), Duration.ofDays(1));
                        return System.nanoTime();
                    });
                    begun.await();
                    ended[0] = System.nanoTime();
                    ending.accept(held);
                    wakings.add(Duration.ofNanos(waiter.get() - ended[0]));
                }
            });
        }
        return wakings.stream().sorted().toList().get(wakings.size() / 2);
    }

    /** Waiting for a running operation (S8). */
    @Nested
    public class AwaitChange {
        @Test
        void returns_at_once_when_the_operation_does_not_run() throws Exception {
            OperationId id = newId();
            Lease held = acquire(id);
            store.complete(held, RESPONSE, lease);

            assertReturnsSoon(() -> store.awaitChange(id, held.token(), Duration.ofDays(1)));
            assertReturnsSoon(() -> store.awaitChange(newId(), held.token(), Duration.ofDays(1)));
        }

        @Test
        void returns_at_once_when_the_operation_runs_under_another_token() throws Exception {
            OperationId id = newId();
            Lease first = acquire(id);
            store.release(first);
            acquire(id);

            assertReturnsSoon(() -> store.awaitChange(id, first.token(), Duration.ofDays(1)));
            assertReturnsSoon(() -> store.awaitChange(id, new FencingToken(1), Duration.ofDays(1)));
        }

        @Test
        void ends_when_the_operation_ends_even_if_nobody_tells() throws Exception {
            Lease held = acquire(newId());

            assertReturnsSoon(() -> {
                try (Waiters threads = new Waiters()) {
                    Future<Boolean> waiter = threads.start(() -> {
                        while (store.find(held.id()).orElseThrow().state() instanceof Running) {
                            store.awaitChange(held.id(), held.token(), Duration.ofSeconds(1));
                        }
                        return true;
                    });
                    store.complete(held, RESPONSE, lease.multipliedBy(1000));
                    waiter.get();
                }
            });
        }

        @Test
        void gives_up_when_the_time_is_over() throws Exception {
            Lease held = acquire(newId());

            assertReturnsSoon(() -> store.awaitChange(held.id(), held.token(), Duration.ofMillis(5)));

            assertThat(state(held.id())).isInstanceOf(Running.class);
        }

        @Test
        void gives_up_when_the_waiter_is_interrupted() throws Exception {
            Lease held = acquire(newId());

            assertReturnsSoon(() -> {
                Thread waiter = Thread.ofVirtual().start(() -> {
                    try {
                        store.awaitChange(held.id(), held.token(), Duration.ofDays(1));
                    } catch (InterruptedException | StoreException e) {
                        // Either says so. Nothing may leave the thread: tests beside this one listen to what nobody
                        // catches.
                        Thread.currentThread().interrupt();
                    }
                });
                waiter.interrupt();
                waiter.join();
            });
        }
    }

    /** What a store that notifies adds to that. */
    @Nested
    public class Notifying {
        private void onlyIfItNotifies() {
            assumeTrue(store.capabilities().contains(StoreCapability.NOTIFYING), "the store does not notify");
        }

        @Test
        void wakes_all_waiters_at_once_when_the_operation_ends_in_whatever_way() throws Exception {
            onlyIfItNotifies();
            List<Consumer<Lease>> endings = List.of(
                    held -> store.complete(held, RESPONSE, lease), held -> store.park(held, "x"), store::release);
            for (Consumer<Lease> ending : endings) {
                assertThat(slowestWaking(store, ending)).isLessThan(AT_ONCE);
            }
        }

        @Test
        void wakes_waiters_of_other_processes() throws Exception {
            onlyIfItNotifies();
            try (OperationStore another = openAnother()) {
                assertThat(slowestWaking(another, held -> store.complete(held, RESPONSE, lease)))
                        .isLessThan(AT_ONCE);
            }
        }

        @Test
        void wakes_waiters_when_somebody_takes_the_operation_over_or_parks_it() throws Exception {
            onlyIfItNotifies();
            Lease taken = acquire(newId());
            Lease parked = acquire(newId());
            elapse(lease.plusMillis(1));

            assertWokenBy(taken, () -> takenOver(taken.id(), taken.token()));
            assertWokenBy(parked, () -> store.parkAbandoned(parked.id(), parked.token(), "gone"));
        }

        @Test
        void wakes_nobody_for_a_heartbeat_or_a_write_that_changed_nothing() throws Exception {
            onlyIfItNotifies();
            Lease held = acquire(newId());
            Lease other = acquire(newId());
            assertThat(store.renew(held)).isEqualTo(LeaseStatus.HELD);
            store.complete(other, RESPONSE, lease);

            assertThat(state(held.id())).isInstanceOf(Running.class);
            assertWokenBy(held, () -> store.release(held));
        }

        private void assertWokenBy(Lease held, Runnable change) throws Exception {
            CountDownLatch begun = new CountDownLatch(8);
            assertReturnsSoon(() -> {
                try (Waiters threads = new Waiters()) {
                    List<Future<Void>> waiters = new ArrayList<>();
                    for (int i = 0; i < 8; i++) {
                        waiters.add(threads.start(callable(() -> {
                            begun.countDown();
                            store.awaitChange(held.id(), held.token(), Duration.ofDays(1));
                        })));
                    }
                    begun.await();
                    change.run();
                    for (Future<Void> waiter : waiters) {
                        waiter.get();
                    }
                }
            });
        }
    }
}
