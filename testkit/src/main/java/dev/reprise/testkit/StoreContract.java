package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreCapability;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link OperationStore} must do. A store's test extends this class and overrides {@link #openStore} and
 * {@link #elapse}; if that test is green, the store keeps the contract.
 *
 * <p>Each test uses its own operations, so a store may keep what earlier tests wrote.
 */
public abstract class StoreContract extends UncertaintyContract {
    /**
     * A contract whose leases and retentions have the given length. With a settable clock any length is fine; with the
     * store's own clock choose a short one, because {@link #elapse} waits in real time.
     */
    protected StoreContract(Duration lease) {
        super(lease);
    }

    /** Listings for operators. */
    @Nested
    public class Listing {
        @Test
        void shows_the_states_that_are_asked_for() {
            OperationId running = newId();
            acquire(running);
            OperationId completed = newId();
            store.complete(acquire(completed), RESPONSE, lease.multipliedBy(1000));
            OperationId unknown = newId();
            store.park(acquire(unknown), "unknown");

            assertThat(ids(EnumSet.of(OperationState.Kind.RUNNING)))
                    .contains(running)
                    .doesNotContain(completed, unknown);
            assertThat(ids(EnumSet.of(OperationState.Kind.COMPLETED, OperationState.Kind.UNKNOWN)))
                    .contains(completed, unknown)
                    .doesNotContain(running);
        }

        @Test
        void finds_a_key_in_all_its_scopes() {
            IdempotencyKey key = new IdempotencyKey("listed-" + UNIQUE.incrementAndGet());
            OperationId first = new OperationId(new Scope("alice", "/a"), key);
            OperationId second = new OperationId(new Scope("bob", "/b"), key);
            acquire(first);
            store.complete(acquire(second), RESPONSE, lease.multipliedBy(1000));
            acquire(idOf(key.value() + "0"));

            assertThat(store.list(new OperationQuery(EnumSet.allOf(OperationState.Kind.class), key, null, 10))
                            .items())
                    .extracting(OperationRecord::id)
                    .containsExactlyInAnyOrder(first, second);
        }

        @Test
        void can_be_continued_where_it_stopped() {
            Set<OperationId> written =
                    Set.copyOf(IntStream.range(0, 7).mapToObj(i -> newId()).toList());
            written.forEach(StoreContract.this::acquire);
            List<OperationId> seen = new ArrayList<>();
            OperationQuery query = OperationQuery.of(EnumSet.of(OperationState.Kind.RUNNING), 3);
            OperationQuery.Page<OperationRecord> page;
            do {
                page = store.list(query);
                assertThat(page.items()).hasSizeLessThanOrEqualTo(3);
                page.items().forEach(record -> seen.add(record.id()));
                query = query.from(page.next());
            } while (page.next() != null);

            assertThat(seen).doesNotHaveDuplicates().containsAll(written);
        }

        @Test
        void leaves_expired_records_out() throws Exception {
            OperationId id = newId();
            store.complete(acquire(id), RESPONSE, lease);
            elapse(lease.plusMillis(1));

            assertThat(ids(EnumSet.of(OperationState.Kind.COMPLETED))).doesNotContain(id);
        }

        private List<OperationId> ids(Set<OperationState.Kind> kinds) {
            return store.list(OperationQuery.of(kinds, 10_000)).items().stream()
                    .map(OperationRecord::id)
                    .toList();
        }
    }

    /** Waiting for a running operation (S8). */
    @Nested
    public class AwaitChange {
        @Test
        void returns_at_once_when_the_operation_does_not_run_under_that_token() throws Exception {
            OperationId id = newId();
            Lease held = acquire(id);
            store.complete(held, RESPONSE, lease);

            store.awaitChange(id, held.token(), Duration.ofDays(1));
            store.awaitChange(newId(), held.token(), Duration.ofDays(1));
        }

        @Test
        void is_woken_by_complete_park_and_release() throws Exception {
            assumeTrue(store.capabilities().contains(StoreCapability.NOTIFYING), "the store does not notify");
            List<Consumer<Lease>> endings = List.of(
                    held -> store.complete(held, RESPONSE, lease), held -> store.park(held, "x"), store::release);
            for (Consumer<Lease> ending : endings) {
                Lease held = acquire(newId());
                CountDownLatch waiting = new CountDownLatch(8);
                try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                    List<Future<?>> waiters = new ArrayList<>();
                    for (int i = 0; i < 8; i++) {
                        waiters.add(threads.submit(() -> {
                            waiting.countDown();
                            store.awaitChange(held.id(), held.token(), Duration.ofDays(1));
                            return null;
                        }));
                    }
                    waiting.await();
                    ending.accept(held);
                    for (Future<?> waiter : waiters) {
                        waiter.get(10, TimeUnit.SECONDS);
                    }
                }
            }
        }

        @Test
        void gives_up_when_the_time_is_over() throws Exception {
            Lease held = acquire(newId());

            store.awaitChange(held.id(), held.token(), Duration.ofMillis(5));

            assertThat(state(held.id())).isInstanceOf(Running.class);
        }
    }

    /** Many callers at once. */
    @Nested
    public class Concurrency {
        /** The counter is not synchronised: it adds up only if every owner was alone (S16). */
        @Test
        void owners_of_the_same_operation_exclude_each_other() throws Exception {
            int rounds = 40;
            int threads = 8;
            OperationId id = newId();
            long[] unsynchronised = new long[1];

            Parallel.run(threads, () -> {
                for (int done = 0; done < rounds; ) {
                    switch (store.acquire(claim(id))) {
                        case Acquisition.Acquired acquired -> {
                            long seen = unsynchronised[0];
                            LockSupport.parkNanos(1_000);
                            unsynchronised[0] = seen + 1;
                            assertThat(store.release(acquired.lease())).isEqualTo(LeaseStatus.HELD);
                            done++;
                        }
                        case Acquisition.Existing existing -> awaitChange(existing.record());
                    }
                }
                return null;
            });

            assertThat(unsynchronised[0]).isEqualTo((long) rounds * threads);
        }

        @Test
        void fifty_identical_claims_give_one_owner_and_everybody_sees_its_response_S16() throws Exception {
            for (int round = 0; round < 10; round++) {
                OperationId id = newId();
                AtomicInteger owners = new AtomicInteger();

                List<Response> responses = Parallel.run(50, () -> {
                    while (true) {
                        switch (store.acquire(claim(id))) {
                            case Acquisition.Acquired acquired -> {
                                int number = owners.incrementAndGet();
                                Response response = new Response(200, Headers.of("X-Owner", "" + number), Body.EMPTY);
                                store.complete(acquired.lease(), response, lease.multipliedBy(1000));
                            }
                            case Acquisition.Existing existing
                            when existing.record().state() instanceof Completed done -> {
                                return done.response();
                            }
                            case Acquisition.Existing existing -> awaitChange(existing.record());
                        }
                    }
                });

                assertThat(owners).hasValue(1);
                assertThat(responses).containsOnly(new Response(200, Headers.of("X-Owner", "1"), Body.EMPTY));
            }
        }
    }

    /** After the end. */
    @Nested
    public class Closing {
        @Test
        void makes_later_calls_fail_clearly() {
            OperationId id = newId();
            Lease held = acquire(id);
            store.close();

            assertThatThrownBy(() -> store.acquire(claim(id))).isInstanceOf(StoreException.class);
            assertThatThrownBy(() -> store.complete(held, RESPONSE, lease)).isInstanceOf(StoreException.class);
            assertThatThrownBy(() -> store.release(held)).isInstanceOf(StoreException.class);
            assertThatThrownBy(() -> store.find(id)).isInstanceOf(StoreException.class);
        }

        @Test
        void can_be_asked_for_twice() {
            store.close();
            store.close();
        }
    }
}
